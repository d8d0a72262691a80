package steward.infra.client;

import java.util.regex.Pattern;

/** What a text of the file has to look like. */
enum Form {
    NAME("[a-z][a-z0-9-]{0,40}", "a name of small letters, digits and hyphens"),
    ACCOUNT("[0-9]{12}", "an AWS account: twelve digits"),
    REGION("[a-z]{2}(-[a-z]+)+-[0-9]", "an AWS region, such as us-east-1"),
    ZONE("[a-z]{2}(-[a-z]+)+-[0-9][a-z]", "an availability zone, such as us-east-1a"),
    ADDRESS("[^@\\s]+@[^@\\s]+\\.[^@\\s]+", "an e-mail address"),
    VPC("vpc-[0-9a-f]{8,17}", "the id of a VPC: vpc-..."),
    SUBNET("subnet-[0-9a-f]{8,17}", "the id of a subnet: subnet-..."),
    ROUTE_TABLE("rtb-[0-9a-f]{8,17}", "the id of a route table: rtb-..."),
    SECURITY_GROUP("sg-[0-9a-f]{8,17}", "the id of a security group: sg-..."),
    PREFIX_LIST("pl-[0-9a-f]{8,17}", "the id of a prefix list: pl-..."),
    /** The addresses that are private by RFC 1918, and 100.64.0.0/10, which AWS allows too. */
    CIDR(
            "(10\\.BYTE|172\\.(1[6-9]|2[0-9]|3[01])|192\\.168|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))(\\.BYTE){2}/(1[6-9]|2[0-8])"
                    .replace("BYTE", "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"),
            "a private range of addresses, such as 10.0.0.0/16"),
    INSTANCE("(?!steward-tmp-)(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]", "a DB instance identifier in small letters"),
    INSTANCE_CLASS("db\\.[a-z0-9-]+\\.[a-z0-9]+", "an instance class, such as db.t4g.medium"),
    /** As {@code steward.Names} has it for projects. */
    PROJECT("[a-z][a-z0-9_-]{0,62}", "a project: small letters, digits, hyphens and underscores"),
    USER("[A-Za-z0-9_+=.@-]{1,63}", "a Postgres user"),
    KEY("arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9a-zA-Z-]+", "the ARN of a KMS key"),
    SECRET(
            "arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[^*?]+-[A-Za-z0-9]{6}",
            "the full ARN of a secret"),
    ROLE("arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+", "the ARN of an IAM role"),
    /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html: six fields, one of the days a "?". */
    SCHEDULE(
            "rate\\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\\)"
                    + "|cron\\((FIELD FIELD FIELD FIELD \\? FIELD|FIELD FIELD \\? FIELD FIELD FIELD)\\)"
                            .replace("FIELD", "[A-Za-z0-9,*/#-]+"),
            "cron(...) with six fields, a ? for the day of the month or of the week, or rate(...), as EventBridge Scheduler takes them"),
    PROVIDER(
            "arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token.actions.githubusercontent.com",
            "the ARN of the provider token.actions.githubusercontent.com"),
    REPOSITORY("[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", "a GitHub repository: owner/name"),
    ENVIRONMENT("[A-Za-z0-9_.-]+", "the name of a GitHub environment"),
    WORKFLOW("[a-z]+(-[a-z]+)*", "the name of a workflow");

    private final Pattern pattern;
    private final String meaning;

    Form(String pattern, String meaning) {
        this.pattern = Pattern.compile(pattern);
        this.meaning = meaning;
    }

    boolean matches(String text) {
        return pattern.matcher(text).matches();
    }

    String meaning() {
        return meaning;
    }
}
