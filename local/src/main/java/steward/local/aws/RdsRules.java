package steward.local.aws;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What RDS accepts, and how it words its refusals. */
final class RdsRules {

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z](-?[A-Za-z0-9])*");
    private static final Pattern SECURITY_GROUP = Pattern.compile("sg-[0-9a-f]{8,20}");
    private static final Pattern INSTANCE_CLASS = Pattern.compile("db(\\.[a-z0-9-]+){2,3}");
    private static final Pattern KEY = Pattern.compile(
            "(arn:aws:kms:([a-z0-9-]+):\\d{12}:)?((key/)?[0-9a-fA-F-]{36}|(key/)?mrk-\\w+|alias/[\\w/-]+)");
    private static final int MAXIMUM_TAGS = 50;

    private RdsRules() {}

    /** Names are kept in lower case. */
    static String instanceIdentifier(QueryRequest request, String parameter) {
        return identifier(parameter, request.required(parameter), 63);
    }

    static String snapshotIdentifier(QueryRequest request, String parameter) {
        return identifier(parameter, request.required(parameter), 255);
    }

    private static String identifier(String parameter, String value, int longest) {
        if (!IDENTIFIER.matcher(value).matches()) {
            throw AwsError.of(
                    "InvalidParameterValue",
                    "The parameter " + parameter
                            + " is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII"
                            + " letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive"
                            + " hyphens.");
        }
        if (value.length() > longest) {
            throw AwsError.of(
                    "InvalidParameterValue",
                    "The parameter " + parameter + " is not a valid identifier because it is longer than " + longest
                            + " characters.");
        }
        return value.toLowerCase(Locale.ROOT);
    }

    static Map<String, String> tags(QueryRequest request) {
        var tags = request.tags();
        if (tags.size() > MAXIMUM_TAGS) {
            throw AwsError.of("InvalidParameterValue", "A resource can have up to " + MAXIMUM_TAGS + " tags.");
        }
        tags.forEach((key, value) -> {
            if (key.length() > 128 || value.length() > 256 || key.startsWith("aws:") || key.startsWith("rds:")) {
                throw AwsError.of(
                        "InvalidParameterValue",
                        "Tag keys have up to 128 characters and don't start with aws: or rds:; values have up to 256.");
            }
        });
        return tags;
    }

    /** Empty if none is given. */
    static List<String> securityGroups(QueryRequest request) {
        var groups = request.texts("VpcSecurityGroupIds");
        groups.stream()
                .filter(group -> !SECURITY_GROUP.matcher(group).matches())
                .findFirst()
                .ifPresent(group -> {
                    throw AwsError.of("InvalidParameterValue", "Invalid security group , groupId= " + group);
                });
        return groups;
    }

    static Optional<String> instanceClass(QueryRequest request) {
        var asked = request.text("DBInstanceClass");
        asked.filter(name -> !INSTANCE_CLASS.matcher(name).matches()).ifPresent(name -> {
            throw AwsError.of("InvalidParameterValue", "Invalid DB Instance class: " + name);
        });
        return asked;
    }

    /** A key of the region; as ARN, whatever form it was given in. */
    static Optional<String> key(QueryRequest request, String parameter) {
        return request.text(parameter).map(given -> {
            var matcher = KEY.matcher(given);
            var elsewhere = matcher.matches()
                    && matcher.group(2) != null
                    && !matcher.group(2).equals(request.region());
            if (!matcher.matches() || elsewhere) {
                throw keyNotAccessible(given);
            }
            if (given.startsWith("arn:")) {
                return given;
            }
            var key = given.startsWith("alias/") || given.startsWith("key/") ? given : "key/" + given;
            return "arn:aws:kms:" + request.region() + ":" + Arn.ACCOUNT + ":" + key;
        });
    }

    static AwsError keyNotAccessible(String key) {
        return AwsError.of(
                "KMSKeyNotAccessibleFault",
                "The specified KMS key [" + key
                        + "] does not exist, is not enabled or you do not have permissions to access it.");
    }

    static int retention(int days) {
        if (days < 0 || days > 35) {
            throw AwsError.of(
                    "InvalidParameterValue", "Invalid backup retention period: " + days + ". Must be from 0 to 35.");
        }
        return days;
    }

    static AwsError notAvailable(DatabaseInstance instance, String wanted) {
        return AwsError.of(
                "InvalidDBInstanceState",
                "Cannot " + wanted + " because the database instance " + instance.identifier()
                        + " is not currently in the available state; it is " + instance.status() + ".");
    }

    static long pageSize(QueryRequest request) {
        var size = request.text("MaxRecords").orElse("100");
        if (!size.matches("[2-9][0-9]|100")) {
            throw AwsError.of(
                    "InvalidParameterValue", "Invalid value " + size + " for MaxRecords. Must be between 20 and 100");
        }
        return Long.parseLong(size);
    }
}
