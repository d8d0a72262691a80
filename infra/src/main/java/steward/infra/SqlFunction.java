package steward.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;
import steward.lambda.Deployment;

/** A Lambda function that opens sessions to Postgres. */
final class SqlFunction extends Construct {
    /** An operation's statements are cut off by Steward's own time limits long before. */
    private static final Duration TIMEOUT = Duration.minutes(5);

    private final Function function;

    /**
     * What makes a function.
     *
     * @param environment its variables
     * @param permissions what its code may do
     * @param concurrency reserved; 0 for none
     */
    record Properties(
            Deployment deployment, Map<String, String> environment, List<Statement> permissions, int concurrency) {
        String name() {
            return deployment.functionName();
        }
    }

    /** Where all of them run. */
    record Surroundings(
            Place place, Paths paths, IVpc vpc, List<ISubnet> subnets, ISecurityGroup group, EncryptionKey key) {}

    SqlFunction(Construct scope, Properties properties, Surroundings surroundings) {
        super(scope, properties.name());
        String name = Place.STEWARD + "-" + properties.name();
        LogGroup logs = Logs.group(this, "/aws/lambda/" + name, surroundings.key());
        Function.Builder builder = Function.Builder.create(this, "Function")
                .functionName(name)
                .description("Steward: SQL steps of function " + properties.name())
                .runtime(Runtime.JAVA_25)
                .architecture(Architecture.X86_64)
                .code(Code.fromAsset(surroundings.paths().function().toString()))
                .handler(properties.deployment().handler())
                .environment(properties.environment())
                .memorySize(Deployment.MEGABYTES)
                .timeout(TIMEOUT)
                .vpc(surroundings.vpc())
                .vpcSubnets(SubnetSelection.builder()
                        .subnets(surroundings.subnets())
                        .build())
                .securityGroups(List.of(surroundings.group()))
                .role(Roles.role(
                        this,
                        properties.name(),
                        new ServicePrincipal("lambda.amazonaws.com"),
                        statements(properties, logs, surroundings.place(), name),
                        "Secrets of projects end with letters that AWS draws, log streams have names of Lambda's, and network "
                                + "interfaces know no resources before they are made; AccessTest asks what that opens"))
                .logGroup(logs);
        if (properties.deployment().snapStart()) {
            builder.snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS);
        }
        if (properties.concurrency() > 0) {
            builder.reservedConcurrentExecutions(properties.concurrency());
        }
        function = builder.build();
        Annotations.of(function)
                .acknowledgeWarning("@aws-cdk/aws-lambda:snapStartRequirePublish", "A version is published");
    }

    private static List<Statement> statements(Properties properties, LogGroup logs, Place place, String name) {
        List<Statement> statements = new ArrayList<>(properties.permissions());
        statements.add(
                Statement.allow(List.of("logs:CreateLogStream", "logs:PutLogEvents"), List.of(logs.getLogGroupArn())));
        List<String> network = List.of(
                "ec2:CreateNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:DeleteNetworkInterface",
                "ec2:AssignPrivateIpAddresses",
                "ec2:UnassignPrivateIpAddresses");
        statements.add(Statement.allow(network, List.of("*")));
        // Lambda itself needs these; the code does not.
        // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-best-practice-security
        statements.add(Statement.deny(network, List.of("*"))
                .when("ArnEquals", "lambda:SourceFunctionArn", place.arn("lambda", "function:" + name)));
        return statements;
    }

    /** Publishes the version that workflows call. */
    Alias publish() {
        return Alias.Builder.create(this, "Alias")
                .aliasName(Place.ALIAS)
                .version(function.getCurrentVersion())
                .build();
    }

    Function function() {
        return function;
    }
}
