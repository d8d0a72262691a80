package steward.local.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static steward.local.integration.Calls.call;
import static steward.local.integration.Calls.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import steward.local.asl.TaskFailed;
import steward.local.asl.Time;

final class AwsSdkTest {

    private static final String DESCRIBE = "arn:aws:states:::aws-sdk:rds:describeDBInstances";
    private static final String SECRETS = "arn:aws:states:::aws-sdk:secretsmanager:";

    private CannedService service;
    private Integrations integrations;

    @BeforeEach
    void start() throws IOException {
        service = new CannedService();
        integrations = new Integrations(service.uri(), List.of(), Time.system());
    }

    @AfterEach
    void stop() {
        integrations.close();
        service.close();
    }

    @Test
    void membersHaveTheNamesOfTheSdkInCapitals() throws Exception {
        service.xml("DescribeDBInstances", 200, """
                <DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">
                  <DescribeDBInstancesResult>
                    <DBInstances>
                      <DBInstance>
                        <DBInstanceIdentifier>shop</DBInstanceIdentifier>
                        <MultiAZ>false</MultiAZ>
                        <AllocatedStorage>20</AllocatedStorage>
                        <InstanceCreateTime>2026-01-02T03:04:05.678Z</InstanceCreateTime>
                        <Endpoint><Address>127.0.0.1</Address><Port>5432</Port></Endpoint>
                        <CACertificateIdentifier>rds-ca-rsa2048-g1</CACertificateIdentifier>
                        <DBInstanceArn>arn:aws:rds:us-east-1:000000000000:db:shop</DBInstanceArn>
                        <ReadReplicaDBInstanceIdentifiers/>
                        <TagList><Tag><Key>steward:managed</Key><Value>true</Value></Tag></TagList>
                      </DBInstance>
                    </DBInstances>
                  </DescribeDBInstancesResult>
                </DescribeDBInstancesResponse>
                """);

        JsonNode result = integrations.run(call(DESCRIBE, "{'DbInstanceIdentifier': 'shop', 'MaxRecords': 20}"));

        assertThat(result).isEqualTo(json("""
                {"DbInstances": [{
                  "DbInstanceIdentifier": "shop",
                  "Endpoint": {"Address": "127.0.0.1", "Port": 5432},
                  "AllocatedStorage": 20,
                  "InstanceCreateTime": "2026-01-02T03:04:05.678Z",
                  "MultiAZ": false,
                  "ReadReplicaDBInstanceIdentifiers": [],
                  "CaCertificateIdentifier": "rds-ca-rsa2048-g1",
                  "DbInstanceArn": "arn:aws:rds:us-east-1:000000000000:db:shop",
                  "TagList": [{"Key": "steward:managed", "Value": "true"}]}]}"""));
        assertThat(service.requests().getFirst().body()).contains("DBInstanceIdentifier=shop", "MaxRecords=20");
    }

    @Test
    void argumentsOfEveryTypeReachTheService() throws Exception {
        service.xml("RestoreDBInstanceFromDBSnapshot", 200, "<RestoreDBInstanceFromDBSnapshotResponse/>");

        integrations.run(call("arn:aws:states:::aws-sdk:rds:restoreDBInstanceFromDBSnapshot", """
                {"DbInstanceIdentifier": "steward-tmp-1", "DbSnapshotIdentifier": "rds:shop", "MultiAZ": false,
                 "Port": 5433, "VpcSecurityGroupIds": ["sg-1", "sg-2"], "DbName": null,
                 "Tags": [{"Key": "steward:execution", "Value": "e"}]}"""));

        assertThat(service.requests().getFirst().body())
                .contains(
                        "DBInstanceIdentifier=steward-tmp-1",
                        "DBSnapshotIdentifier=rds:shop",
                        "MultiAZ=false",
                        "Port=5433",
                        "VpcSecurityGroupIds.VpcSecurityGroupId.2=sg-2",
                        "Tags.Tag.1.Key=steward:execution")
                .doesNotContain("DBName");
    }

    @Test
    void timestampsAreGivenInIso8601() throws Exception {
        service.xml("RestoreDBInstanceToPointInTime", 200, "<RestoreDBInstanceToPointInTimeResponse/>");

        integrations.run(call(
                "arn:aws:states:::aws-sdk:rds:restoreDBInstanceToPointInTime",
                "{'RestoreTime': '2026-01-02T03:04:05+01:00'}"));

        assertThat(service.requests().getFirst().body()).contains("RestoreTime=2026-01-02T02:04:05Z");
    }

    @Test
    void serviceNamesInCapitalsBecomeThoseOfTheSdk() throws Exception {
        service.json("DescribeSecret", 200, """
                {"ARN": "arn:x", "CreatedDate": 1767322800.5, "VersionIdsToStages": {"v1": ["AWSCURRENT"]}}""");

        assertThat(integrations.run(call(SECRETS + "describeSecret", "{'SecretId': 'steward/a/b/c'}")))
                .isEqualTo(json("""
                        {"Arn": "arn:x", "CreatedDate": "2026-01-02T03:00:00.500Z",
                         "VersionIdsToStages": {"v1": ["AWSCURRENT"]}}"""));
    }

    @Test
    void listsSentEmptyStayAndListsNotSentAreLeftOut() throws Exception {
        service.json("ListSecrets", 200, "{\"SecretList\": []}");
        service.json("ListSecretVersionIds", 200, "{}");

        assertThat(integrations.run(call(SECRETS + "listSecrets", "{}"))).isEqualTo(json("{'SecretList': []}"));
        assertThat(integrations.run(call(SECRETS + "listSecretVersionIds", "{'SecretId': 's'}")))
                .isEqualTo(json("{}"));
    }

    @Test
    void objectGivenForTextIsSentAsJson() throws Exception {
        service.json("StartExecution", 200, "{\"executionArn\": \"arn:e\", \"startDate\": 1767322800}");

        JsonNode result = integrations.run(call(
                "arn:aws:states:::aws-sdk:sfn:startExecution", "{'StateMachineArn': 'arn:m', 'Input': {'key': 1}}"));

        assertThat(json(service.requests().getFirst().body()).path("input").asText())
                .isEqualTo("{\"key\":1}");
        assertThat(result).isEqualTo(json("{'ExecutionArn': 'arn:e', 'StartDate': '2026-01-02T03:00:00Z'}"));
    }

    @Test
    void errorsHaveTheNamesOfTheSdkAndAreNotRetried() {
        service.xml("DescribeDBInstances", 404, """
                <ErrorResponse><Error><Type>Sender</Type><Code>DBInstanceNotFound</Code>
                <Message>DBInstance shop not found.</Message></Error><RequestId>request-1</RequestId></ErrorResponse>
                """);

        TaskFailed failed = failure(() -> integrations.run(call(DESCRIBE, "{}")));

        assertThat(failed.error()).isEqualTo("Rds.DbInstanceNotFoundException");
        assertThat(failed.cause())
                .isEqualTo("DBInstance shop not found. (Service: Rds, Status Code: 404, Request ID: request-1)"
                        + " (SDK Attempt Count: 1)");
        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void errorWithoutClassHasTheNameOfTheService() {
        service.json("CreateSecret", 500, "{\"__type\": \"Strange\", \"Message\": \"what\"}");

        TaskFailed failed = failure(() -> integrations.run(call(SECRETS + "createSecret", "{'Name': 'n'}")));

        assertThat(failed.error()).isEqualTo("SecretsManager.SecretsManagerException");
        assertThat(failed.cause()).startsWith("what (Service: SecretsManager, Status Code: 500");
        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void unreachableServiceIsAClientException() {
        try (Integrations nowhere = new Integrations(URI.create("http://127.0.0.1:1"), List.of(), Time.system())) {
            assertThat(failure(() -> nowhere.run(call(DESCRIBE, "{}"))).error()).isEqualTo("Rds.SdkClientException");
        }
    }

    @Test
    void unknownArgumentIsRefusedByName() {
        for (String wrong : List.of("DBInstanceIdentifier", "dbInstanceIdentifier", "Instance")) {
            TaskFailed failed = failure(() -> integrations.run(call(DESCRIBE, "{'" + wrong + "': 'shop'}")));

            assertThat(failed.error()).isEqualTo("States.Runtime");
            assertThat(failed.cause())
                    .contains("The field \"" + wrong + "\" is not supported by Step Functions")
                    .contains("DbInstanceIdentifier");
        }
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void unknownMemberOfAStructureIsRefusedWithItsPlace() {
        TaskFailed failed = failure(() -> integrations.run(
                call(SECRETS + "tagResource", "{'SecretId': 's', 'Tags': [{'Key': 'a'}, {'key': 'b'}]}")));

        assertThat(failed.cause()).contains("\"Tags[1].key\" is not supported");
    }

    @Test
    void valueOfTheWrongTypeIsRefused() {
        assertThat(failure(() -> integrations.run(call(DESCRIBE, "{'MaxRecords': '20'}")))
                        .cause())
                .contains("\"MaxRecords\" must be a INTEGER");
        assertThat(failure(() -> integrations.run(call(DESCRIBE, "{'DbInstanceIdentifier': 1}")))
                        .cause())
                .contains("\"DbInstanceIdentifier\" must be a STRING");
        assertThat(failure(() -> integrations.run(call(DESCRIBE, "{'Filters': {}}")))
                        .cause())
                .contains("\"Filters\" must be a LIST");
        assertThat(failure(() -> integrations.run(call(DESCRIBE, "[]"))).cause())
                .contains("\"Arguments\" must be a STRUCTURE");
    }

    @Test
    void resourcesThatDoNotExistAreNamedBeforeAnythingRuns() {
        assertThat(integrations.problem(DESCRIBE)).isEmpty();
        assertThat(integrations.problem("arn:aws:states:::aws-sdk:rds:describeDbInstances"))
                .contains("RdsClient has no action describeDbInstances");
        assertThat(integrations.problem("arn:aws:states:::aws-sdk:rdss:describeDBInstances"))
                .contains("no client for the service rdss");
        assertThat(integrations.problem("arn:aws:states:::sqs:sendMessage.sync"))
                .contains("no integration for the resource arn:aws:states:::sqs:sendMessage.sync");
        assertThat(failure(() -> integrations.run(call("arn:aws:states:::sqs:sendMessage", "{}")))
                        .cause())
                .isEqualTo("no integration for the resource arn:aws:states:::sqs:sendMessage");
    }

    @Test
    void interruptEndsTheTaskButNotTheCall() throws Exception {
        service.xml("DeleteDBInstance", 200, "<DeleteDBInstanceResponse/>");
        service.hold();
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> integrations.run(call("arn:aws:states:::aws-sdk:rds:deleteDBInstance", "{}")))
                    .isInstanceOf(InterruptedException.class);
        } finally {
            Thread.interrupted();
        }

        service.release();

        assertThat(service.awaitRequest().action()).isEqualTo("DeleteDBInstance");
    }

    private static TaskFailed failure(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(TaskFailed.class);
        return (TaskFailed) thrown;
    }
}
