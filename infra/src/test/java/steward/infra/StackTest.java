package steward.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;
import steward.infra.client.ClientFile;
import steward.infra.permission.Definition;

/** What is true of every client's stack. */
class StackTest {
    static List<String> examples() {
        return Synthesized.CLIENTS;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void nothingIsPublic(String client) {
        Template template = Synthesized.of(client).template();

        template.allResourcesProperties(
                "AWS::S3::Bucket",
                Match.objectLike(Map.of(
                        "PublicAccessBlockConfiguration",
                        Map.of(
                                "BlockPublicAcls", true,
                                "BlockPublicPolicy", true,
                                "IgnorePublicAcls", true,
                                "RestrictPublicBuckets", true))));
        template.resourceCountIs("AWS::Lambda::Url", 0);
        assertThat(Synthesized.of(client).json().toString()).doesNotContain("\"AssignPublicIp\":\"ENABLED\"");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void noAddressOfTheInternetIsInAnyRule(String client) {
        List<String> ranges = new ArrayList<>();
        for (JsonNode resource : Synthesized.of(client).json().path("Resources")) {
            resource.findValues("CidrIp").forEach(range -> ranges.add(range.asText()));
            resource.findValues("CidrIpv6").forEach(range -> ranges.add(range.asText()));
        }
        // The last is nowhere: it stands in a group that lets nothing out.
        assertThat(ranges)
                .isNotEmpty()
                .isSubsetOf(Synthesized.of(client).client().network().cidr(), "255.255.255.255/32");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void thereIsNoNetworkOfItsOwnAndNoNat(String client) {
        for (String type : List.of(
                "AWS::EC2::NatGateway",
                "AWS::EC2::EIP",
                "AWS::EC2::InternetGateway",
                "AWS::EC2::VPC",
                "AWS::EC2::Subnet")) {
            Synthesized.of(client).template().resourceCountIs(type, 0);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void portsOfInstancesAreOpenToGroupsOnly(String client) {
        for (JsonNode rule : Synthesized.of(client)
                .resources("AWS::EC2::SecurityGroupIngress")
                .values()) {
            assertThat(rule.path("FromPort").asInt()).isEqualTo(5432);
            assertThat(rule.path("ToPort").asInt()).isEqualTo(5432);
            assertThat(rule.has("SourceSecurityGroupId")).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void onlyTheApplicationAndStewardReachADatabase(String client) {
        Synthesized stack = Synthesized.of(client);
        Map<String, Set<String>> sources = new TreeMap<>();
        stack.resources("AWS::EC2::SecurityGroupIngress")
                .values()
                .forEach(rule -> sources.computeIfAbsent(group(stack, rule.path("GroupId")), target -> new TreeSet<>())
                        .add(group(stack, rule.path("SourceSecurityGroupId"))));

        Set<String> steward = Set.of("Functions of Steward", "Tasks of Steward");
        Set<String> withApplications = new TreeSet<>(stack.client().network().applicationSecurityGroups());
        withApplications.addAll(steward);
        Map<String, Set<String>> expected = new TreeMap<>(Map.of("Temporary instances of Steward", steward));
        stack.client()
                .instances()
                .forEach(instance -> instance.adopted()
                        .ifPresentOrElse(
                                adopted -> expected.put(adopted.securityGroup(), steward),
                                () -> expected.put("Postgres instance " + instance.identifier(), withApplications)));
        assertThat(sources).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void stewardReachesDatabasesEndpointsAndS3Only(String client) {
        Synthesized stack = Synthesized.of(client);
        Set<String> ways = new TreeSet<>();
        stack.resources("AWS::EC2::SecurityGroup")
                .values()
                .forEach(group -> group.path("SecurityGroupEgress")
                        .forEach(rule -> ways.add("%s: %s to %s"
                                .formatted(
                                        group.path("GroupDescription")
                                                .asText()
                                                .replaceFirst("^Postgres instance .*", "Postgres"),
                                        rule.path("ToPort").asText(),
                                        rule.path("CidrIp").asText()))));
        stack.resources("AWS::EC2::SecurityGroupEgress")
                .values()
                .forEach(rule -> ways.add("%s: %s to %s"
                        .formatted(
                                group(stack, rule.path("GroupId")),
                                rule.path("ToPort").asText(),
                                rule.has("DestinationPrefixListId")
                                        ? rule.path("DestinationPrefixListId").asText()
                                        : "a database")));
        String vpc = stack.client().network().cidr();
        assertThat(ways)
                .filteredOn(way -> !way.endsWith(" to 255.255.255.255/32"))
                .containsExactlyInAnyOrder(
                        "Functions of Steward: 443 to " + vpc,
                        "Functions of Steward: 5432 to a database",
                        "Tasks of Steward: 443 to " + vpc,
                        "Tasks of Steward: 443 to " + stack.client().network().s3PrefixList(),
                        "Tasks of Steward: 5432 to a database");
    }

    /** The id that the file names, or what a group of the template is for. */
    private static String group(Synthesized stack, JsonNode reference) {
        String id = reference.at("/Fn::GetAtt/0").asText();
        return reference.isTextual()
                ? reference.asText()
                : stack.json()
                        .at("/Resources/" + id + "/Properties/GroupDescription")
                        .asText();
    }

    /** A misspelt metric is never in alarm. */
    @ParameterizedTest
    @MethodSource("every")
    void alarmsAndDashboardNameMetricsThatThereAre(String name) throws JsonProcessingException {
        Synthesized stack = Synthesized.of(name);
        Set<String> used = new TreeSet<>();
        for (JsonNode alarm : stack.resources("AWS::CloudWatch::Alarm").values()) {
            used.add(metric(
                    alarm.path("Namespace").asText(),
                    alarm.path("MetricName").asText(),
                    alarm.path("Dimensions").findValuesAsText("Name")));
            assertThat(alarm.path("AlarmActions")).isNotEmpty();
        }
        for (JsonNode dashboard : stack.resources("AWS::CloudWatch::Dashboard").values()) {
            // Its body is put together from texts and references.
            String body = new Values(stack).text(dashboard.path("DashboardBody"));
            for (JsonNode widget : new ObjectMapper().readTree(body).path("widgets")) {
                for (JsonNode line : widget.at("/properties/metrics")) {
                    used.add(metric(
                            line.path(0).asText(),
                            line.path(1).asText(),
                            line.path(2).isTextual() ? List.of(line.path(2).asText()) : List.of()));
                }
            }
        }
        Set<String> known = new TreeSet<>(Set.of(
                "AWS/States ExecutionsSucceeded [StateMachineArn]",
                "AWS/States ExecutionsFailed [StateMachineArn]",
                "AWS/States ExecutionsTimedOut [StateMachineArn]",
                "AWS/States ExecutionsAborted [StateMachineArn]",
                "AWS/States ExecutionTime [StateMachineArn]",
                "AWS/Lambda Errors [FunctionName]",
                "AWS/Lambda Throttles [FunctionName]",
                "AWS/RDS FreeStorageSpace [DBInstanceIdentifier]",
                "AWS/SQS ApproximateNumberOfMessagesVisible [QueueName]",
                "AWS/Events FailedInvocations [RuleName]"));
        for (Definition definition : Synthesized.definitions().values()) {
            for (JsonNode data : new ObjectMapper().readTree(definition.text()).findValues("MetricData")) {
                data.forEach(metric -> known.add(metric(
                        "Steward",
                        metric.path("MetricName").asText(),
                        metric.path("Dimensions").findValuesAsText("Name"))));
            }
        }
        assertThat(used).isNotEmpty().isSubsetOf(known);
        if (name.equals("acme")) {
            assertThat(used).as("nothing is left out").containsAll(known);
        }
    }

    private static String metric(String namespace, String name, List<String> dimensions) {
        return "%s %s %s".formatted(namespace, name, dimensions);
    }

    static List<String> every() {
        return Synthesized.EXAMPLES;
    }

    /** What a task is told by its environment is the region alone, as here. */
    @Test
    void aTaskIsToldNothingElse() {
        JsonNode container = Synthesized.of("acme")
                .resources("AWS::ECS::TaskDefinition")
                .values()
                .iterator()
                .next()
                .at("/ContainerDefinitions/0");
        assertThat(container.path("Name").asText()).isEqualTo("task");
        assertThat(container.path("Environment").findValuesAsText("Name")).containsExactly("AWS_REGION");
        assertThat(container.has("Secrets")).isFalse();
        assertThat(container.has("Command")).isFalse();
    }

    @Test
    void whereCopiesAreKeptEverythingIsEncryptedToo() {
        Synthesized elsewhere = Synthesized.of("acme-us-west-2");
        Template template = elsewhere.template();
        template.allResourcesProperties(
                "AWS::Logs::LogGroup", Match.objectLike(Map.of("KmsKeyId", Match.anyValue(), "RetentionInDays", 365)));
        for (String type : List.of("AWS::SNS::Topic", "AWS::SQS::Queue")) {
            template.allResourcesProperties(type, Match.objectLike(Map.of("KmsMasterKeyId", Match.anyValue())));
        }
        for (String type : List.of("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")) {
            assertThat(elsewhere.resources(type).values())
                    .isNotEmpty()
                    .allMatch(policy -> policy.toString().contains("\"aws:SecureTransport\":\"false\""));
        }
        assertThat(elsewhere.json().toString()).doesNotContain("CidrIp").doesNotContain("0.0.0.0/0");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everythingIsEncrypted(String client) {
        Template template = Synthesized.of(client).template();

        template.allResourcesProperties(
                "AWS::Logs::LogGroup", Match.objectLike(Map.of("KmsKeyId", Match.anyValue(), "RetentionInDays", 365)));
        template.allResourcesProperties(
                "AWS::SNS::Topic", Match.objectLike(Map.of("KmsMasterKeyId", Match.anyValue())));
        template.allResourcesProperties(
                "AWS::SQS::Queue", Match.objectLike(Map.of("KmsMasterKeyId", Match.anyValue())));
        template.allResourcesProperties("AWS::KMS::Key", Match.objectLike(Map.of("EnableKeyRotation", true)));
        template.hasResourceProperties(
                "AWS::S3::Bucket",
                Match.objectLike(Map.of(
                        "BucketName",
                        Match.stringLikeRegexp("steward-backups-.*"),
                        "VersioningConfiguration",
                        Map.of("Status", "Enabled"),
                        "BucketEncryption",
                        Match.objectLike(Map.of(
                                "ServerSideEncryptionConfiguration",
                                List.of(Match.objectLike(Map.of(
                                        "ServerSideEncryptionByDefault",
                                        Match.objectLike(Map.of(
                                                "SSEAlgorithm", "aws:kms", "KMSMasterKeyID", Match.anyValue()))))))))));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void bucketsTopicsAndQueuesRefuseWhatIsNotEncryptedOnTheWay(String client) {
        for (String type : List.of("AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")) {
            Synthesized.of(client)
                    .template()
                    .allResourcesProperties(
                            type,
                            Match.objectLike(Map.of(
                                    "PolicyDocument",
                                    Match.objectLike(Map.of(
                                            "Statement",
                                            Match.arrayWith(List.of(Match.objectLike(Map.of(
                                                    "Effect",
                                                    "Deny",
                                                    "Condition",
                                                    Map.of("Bool", Map.of("aws:SecureTransport", "false")))))))))));
        }
    }

    @Test
    void anotherRegionHasOnlyWhatCopiesSnapshots() {
        Synthesized stack = Synthesized.of("acme-us-west-2");
        List<String> types = new ArrayList<>();
        stack.json()
                .path("Resources")
                .forEach(resource -> types.add(resource.path("Type").asText()));
        assertThat(types)
                .containsOnly(
                        "AWS::KMS::Key",
                        "AWS::KMS::Alias",
                        "AWS::SNS::Topic",
                        "AWS::SNS::TopicPolicy",
                        "AWS::SNS::Subscription",
                        "AWS::SQS::Queue",
                        "AWS::SQS::QueuePolicy",
                        "AWS::Logs::LogGroup",
                        "AWS::IAM::Role",
                        "AWS::StepFunctions::StateMachine",
                        "AWS::Scheduler::Schedule",
                        "AWS::Scheduler::ScheduleGroup",
                        "AWS::Events::Rule",
                        "AWS::CloudWatch::Alarm");
        for (String type : List.of("AWS::SNS::Topic", "AWS::SQS::Queue")) {
            stack.template().allResourcesProperties(type, Match.objectLike(Map.of("KmsMasterKeyId", Match.anyValue())));
        }
        stack.template()
                .allResourcesProperties("AWS::Logs::LogGroup", Match.objectLike(Map.of("KmsKeyId", Match.anyValue())));
        // A role has no region: the other stack's are called otherwise.
        assertThat(stack.resources("AWS::IAM::Role").values())
                .isNotEmpty()
                .allMatch(role -> role.path("RoleName").asText().endsWith("-us-west-2"));
        assertThat(Deployed.definitions(stack)).containsOnlyKeys("copy-snapshots");
        assertThat(Deployed.definitions(stack).get("copy-snapshots"))
                .contains(
                        "acme-production=arn:aws:kms:us-west-2:111111111111:key/00000000-0000-4000-8000-000000000005");
        JsonNode schedule =
                stack.resources("AWS::Scheduler::Schedule").values().iterator().next();
        assertThat(schedule.at("/Target/Input").asText())
                .contains("\"sourceRegion\":\"us-east-1\"", "\"daily\":7", "\"instance\":\"acme-production\"");
        assertThat(schedule.path("ScheduleExpression").asText()).isEqualTo("cron(30 4 * * ? *)");
    }

    @Test
    void aCreatedInstanceIsPrivateEncryptedAndHardToLose() {
        Synthesized.of("acme")
                .template()
                .allResources(
                        "AWS::RDS::DBInstance",
                        Match.objectLike(Map.of(
                                "DeletionPolicy",
                                "Snapshot",
                                "UpdateReplacePolicy",
                                "Snapshot",
                                "Properties",
                                Match.objectLike(Map.of(
                                        "PubliclyAccessible", false,
                                        "StorageEncrypted", true,
                                        "KmsKeyId", Match.anyValue(),
                                        "BackupRetentionPeriod", 35,
                                        "DeletionProtection", true,
                                        "CopyTagsToSnapshot", true,
                                        "ManageMasterUserPassword", true,
                                        "EnablePerformanceInsights", true,
                                        "EnableCloudwatchLogsExports", List.of("postgresql", "upgrade"),
                                        "Tags",
                                                Match.arrayWith(List.of(
                                                        Map.of("Key", "steward:managed", "Value", "true"))))))));
        Synthesized.of("acme")
                .template()
                .allResourcesProperties(
                        "AWS::RDS::DBParameterGroup",
                        Match.objectLike(Map.of("Parameters", Map.of("rds.force_ssl", "1"))));
    }

    @Test
    void ofAnAdoptedInstanceOnlyTagsAndIngressAreMade() {
        Synthesized globex = Synthesized.of("globex");

        globex.template().resourceCountIs("AWS::RDS::DBInstance", 0);
        JsonNode tags =
                globex.resources("Custom::StewardTags").values().iterator().next();
        assertThat(tags.path("Create").asText()).contains("AddTagsToResource").contains("steward:managed");
        assertThat(tags.path("Delete").asText()).contains("RemoveTagsFromResource");
        assertThat(globex.resources("AWS::EC2::SecurityGroupIngress").values().stream()
                        .filter(rule -> rule.path("GroupId").asText().equals("sg-0a1b2c39")))
                .hasSize(2);
    }

    /** The function that CDK makes asks for the exception's name in the SDK, which is not RDS's own code. */
    @Test
    void anAdoptedInstanceThatIsGoneKeepsNobodyFromTakingItOut() throws JsonProcessingException {
        JsonNode tags = Synthesized.of("globex")
                .resources("Custom::StewardTags")
                .values()
                .iterator()
                .next();
        String ignored = new ObjectMapper()
                .readTree(tags.path("Delete").asText())
                .path("ignoreErrorCodesMatching")
                .asText();

        assertThat("DBInstanceNotFoundFault").matches(ignored);
        assertThat("AccessDenied").doesNotMatch(ignored);
    }

    /** EC2 takes no rule twice, and CloudFormation makes new ones before it takes the old ones away. */
    @Test
    void instancesThatShareAGroupOpenItOnceAndItStaysOpenWhenOneGoes() throws IOException {
        String alone = Files.readString(Synthesized.ROOT.resolve("infra/clients/globex.json"));
        String shared = alone.replace("\"instances\": [", """
                "instances": [
                  { "identifier": "first", "stage": "staging", "postgres": 16, "adopted": { "securityGroup": "sg-0a1b2c39" } },
                """);
        assertThat(shared).isNotEqualTo(alone);
        Synthesized stack = Synthesized.of(
                ClientFile.parse("globex", shared, Synthesized.definitions().keySet()));

        for (String type : List.of("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")) {
            assertThat(stack.resources(type).values()).doesNotHaveDuplicates();
            assertThat(stack.resources(type)).isEqualTo(Synthesized.of("globex").resources(type));
        }
    }

    /** CI holds the session for as long as it waits for the workflow. */
    @Test
    void whoStartsWorkflowsMayWatchThemForTwelveHours() {
        Map<Boolean, List<JsonNode>> roles = Synthesized.of("acme").resources("AWS::IAM::Role").values().stream()
                .collect(Collectors.partitioningBy(
                        role -> role.path("RoleName").asText().startsWith("steward-start-")));

        assertThat(roles.get(true))
                .isNotEmpty()
                .allMatch(role -> role.path("MaxSessionDuration").asInt() == 43_200);
        assertThat(roles.get(false)).isNotEmpty().noneMatch(role -> role.has("MaxSessionDuration"));
    }

    @Test
    void dataAndKeysStayWhenTheStackIsDeleted() {
        for (JsonNode resource : Synthesized.of("acme").json().path("Resources")) {
            if (List.of("AWS::KMS::Key", "AWS::S3::Bucket", "AWS::Logs::LogGroup")
                    .contains(resource.path("Type").asText())) {
                // Not on a rollback of their creation: the next deployment would find the names taken.
                assertThat(resource.path("DeletionPolicy").asText()).isEqualTo("RetainExceptOnCreate");
                assertThat(resource.path("UpdateReplacePolicy").asText()).isEqualTo("Retain");
            }
        }
    }

    /** Encrypted topics get nothing from EventBridge if its statements have a condition. */
    @ParameterizedTest
    @ValueSource(strings = {"acme", "globex"})
    void failuresReachPeople(String client) {
        Synthesized stack = Synthesized.of(client);
        List<JsonNode> statements = new ArrayList<>();
        stack.resources("AWS::KMS::Key")
                .values()
                .forEach(key -> key.path("KeyPolicy").path("Statement").forEach(statements::add));
        stack.resources("AWS::SNS::TopicPolicy")
                .values()
                .forEach(policy ->
                        policy.path("PolicyDocument").path("Statement").forEach(statements::add));
        assertThat(statements.stream()
                        .filter(statement ->
                                statement.at("/Principal/Service").asText().equals("events.amazonaws.com")))
                .hasSize(2)
                .noneMatch(statement -> statement.has("Condition"));
        assertThat(stack.resources("AWS::CloudWatch::Alarm").values().stream()
                        .filter(alarm -> alarm.path("MetricName").asText().equals("FailedInvocations"))
                        .map(alarm -> alarm.at("/Dimensions/0/Value").asText()))
                .containsExactlyInAnyOrderElementsOf(stack.resources("AWS::Events::Rule").values().stream()
                        .map(rule -> rule.path("Name").asText())
                        .toList());
    }

    @Test
    void logsThatRdsWouldMakeAreEncryptedAndEnd() {
        Synthesized acme = Synthesized.of("acme");
        Map<String, JsonNode> groups = new TreeMap<>();
        acme.resources("AWS::Logs::LogGroup")
                .values()
                .forEach(group -> groups.put(group.path("LogGroupName").asText(), group));
        for (JsonNode instance : acme.resources("AWS::RDS::DBInstance").values()) {
            for (JsonNode log : instance.path("EnableCloudwatchLogsExports")) {
                assertThat(groups)
                        .containsKey("/aws/rds/instance/%s/%s"
                                .formatted(instance.path("DBInstanceIdentifier").asText(), log.asText()));
            }
        }
        assertThat(groups.values())
                .allMatch(group ->
                        group.has("KmsKeyId") && group.path("RetentionInDays").asInt() == 365);
    }

    /** CloudFormation asks again only if the call changes; the answer has to hold what the functions are told. */
    @Test
    void anAdoptedInstanceIsDescribedAnewWhenRdsBeginsToManageItsPassword() {
        assertThat(described("acme")).isNotEmpty().noneMatch(call -> call.contains("MasterUserSecret"));
        assertThat(described("globex")).isNotEmpty().allMatch(call -> call.contains("MasterUserSecret"));
    }

    private static List<String> described(String client) {
        return Synthesized.of(client).resources("Custom::StewardDescription").values().stream()
                .map(resource -> resource.path("Update").asText())
                .toList();
    }

    @Test
    void endpointsAreMadeAsFarAsTheyAreWanted() {
        Synthesized.of("acme").template().resourceCountIs("AWS::EC2::VPCEndpoint", 5);
        Synthesized.of("globex").template().resourceCountIs("AWS::EC2::VPCEndpoint", 0);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void logsNeverHoldWhatGoesInAndOut(String client) {
        Synthesized.of(client)
                .template()
                .allResourcesProperties(
                        "AWS::StepFunctions::StateMachine",
                        Match.objectLike(Map.of(
                                "LoggingConfiguration",
                                Match.objectLike(Map.of("IncludeExecutionData", false, "Level", "ALL")),
                                "TracingConfiguration",
                                Map.of("Enabled", true))));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void functionsGetTheEnvironmentThatTheyRead(String client) {
        Map<String, List<String>> expected = Map.of(
                "steward-master", List.of("STEWARD_FUNCTION"),
                "steward-owner", List.of("STEWARD_FUNCTION"),
                "steward-rotation", List.of("STEWARD_FUNCTION", "STEWARD_INSTANCES"));
        Synthesized stack = Synthesized.of(client);
        for (JsonNode function : stack.resources("AWS::Lambda::Function").values()) {
            String name = function.path("FunctionName").asText();
            if (!name.isEmpty()) {
                TreeSet<String> variables = new TreeSet<>();
                function.path("Environment").path("Variables").fieldNames().forEachRemaining(variables::add);
                assertThat(variables).containsExactlyElementsOf(expected.get(name));
            }
        }
        stack.template()
                .hasResourceProperties(
                        "AWS::Lambda::Function",
                        Match.objectLike(Map.of(
                                "FunctionName",
                                "steward-owner",
                                "Handler",
                                "steward.lambda.Handler",
                                "SnapStart",
                                Map.of("ApplyOn", "PublishedVersions"),
                                "Environment",
                                Map.of("Variables", Map.of("STEWARD_FUNCTION", "owner")))));
    }

    @Test
    void theTaskCannotWriteButToItsScratchVolumeAndIsNotRoot() {
        Synthesized.of("acme")
                .template()
                .hasResourceProperties(
                        "AWS::ECS::TaskDefinition",
                        Match.objectLike(Map.of(
                                "ContainerDefinitions",
                                List.of(Match.objectLike(Map.of(
                                        "Name",
                                        "task",
                                        "User",
                                        "postgres",
                                        "ReadonlyRootFilesystem",
                                        true,
                                        "MountPoints",
                                        List.of(Map.of(
                                                "ContainerPath",
                                                "/scratch",
                                                "ReadOnly",
                                                false,
                                                "SourceVolume",
                                                "scratch"))))))));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void whatCarriesTagsCarriesTheClients(String client) {
        for (String type :
                List.of("AWS::RDS::DBInstance", "AWS::Lambda::Function", "AWS::S3::Bucket", "AWS::KMS::Key")) {
            for (JsonNode resource : Synthesized.of(client).resources(type).values()) {
                assertThat(resource.path("Tags").toString())
                        .contains("{\"Key\":\"steward:client\",\"Value\":\"%s\"}".formatted(client));
            }
        }
    }

    @Test
    void schedulesRetryAndLeaveWhatTheyMissedInTheQueue() {
        Synthesized.of("acme")
                .template()
                .allResourcesProperties(
                        "AWS::Scheduler::Schedule",
                        Match.objectLike(Map.of(
                                "Target",
                                Match.objectLike(Map.of(
                                        "DeadLetterConfig",
                                        Match.anyValue(),
                                        "RetryPolicy",
                                        Map.of("MaximumEventAgeInSeconds", 3600, "MaximumRetryAttempts", 10))))));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theStatusRulesWatchEveryWorkflowAndNoSweepStartsAnother(String client) {
        Map<String, JsonNode> rules = Synthesized.of(client).resources("AWS::Events::Rule").values().stream()
                .collect(Collectors.toMap(
                        rule -> rule.path("Name").asText(),
                        rule -> rule.path("EventPattern").path("detail")));

        assertThat(rules).containsOnlyKeys("steward-execution-ended", "steward-sweep");
        rules.values()
                .forEach(detail -> assertThat(detail.path("status").toString())
                        .isEqualTo("[\"FAILED\",\"TIMED_OUT\",\"ABORTED\"]"));
        int workflows = Synthesized.definitions().size();
        assertThat(rules.values().stream()
                        .map(detail -> detail.path("stateMachineArn").size()))
                .containsExactlyInAnyOrder(workflows, workflows - 1);
        assertThat(rules.values().stream()
                        .filter(detail ->
                                detail.path("stateMachineArn").toString().contains("sweep")))
                .hasSize(1);
    }
}
