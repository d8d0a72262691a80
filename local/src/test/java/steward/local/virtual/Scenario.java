package steward.local.virtual;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.Tag;
import steward.TemporaryName;
import steward.local.aws.Arn;
import steward.local.virtual.ModelServers.Database;

/** A workflow with an input that succeeds in the furnished account. */
record Scenario(String name, String workflow, Function<Account, String> input) {
    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "restore-database",
                        "restore-database",
                        account -> restore("\"snapshot\": \"%s\"".formatted(account.snapshot))),
                new Scenario(
                        "restore-database to another instance",
                        "restore-database",
                        account -> restore("\"time\": \"2026-03-01T12:30:00Z\", \"targetInstance\": \"staging\"")),
                new Scenario("restore-database of an instance that is gone", "restore-database", account -> {
                    lose(account);
                    return restore("\"time\": \"2099-01-01T00:00:00Z\", \"targetInstance\": \"staging\"");
                }),
                plain(
                        "create-database",
                        "\"instance\": \"prod\", \"project\": \"acme\", \"database\": \"fresh\", \"extensions\": [\"hstore\"]"),
                plain("create-user", "\"instance\": \"prod\", \"project\": \"acme\", \"user\": \"fresh\""),
                plain(
                        "enable-extension",
                        "\"instance\": \"prod\", \"database\": \"website\", \"extension\": \"hstore\""),
                plain(
                        "grant-read-only",
                        "\"instance\": \"prod\", \"project\": \"acme\", \"database\": \"website\", \"user\": \"reader\""),
                plain("revoke-read-only", "\"instance\": \"prod\", \"database\": \"website\", \"user\": \"website\""),
                plain("rotate-password", "\"instance\": \"prod\", \"user\": \"website\""),
                plain("dump-database", "\"instance\": \"prod\", \"database\": \"website\""),
                plain(
                        "restore-dump",
                        "\"instance\": \"prod\", \"project\": \"acme\", \"database\": \"restored\", \"user\": \"website\", "
                                + "\"dump\": \"s3://steward-backups-000000000000/" + Account.OLD_DUMP
                                + "dump.tar.zst\""),
                plain("drop-database", "\"instance\": \"prod\", \"database\": \"website\", \"confirm\": \"website\""),
                plain("drop-user", "\"instance\": \"prod\", \"user\": \"website\""),
                new Scenario("copy-snapshots", "copy-snapshots", account -> {
                    copies(account);
                    return "{\"instance\": \"prod\", \"retain\": "
                            + "{\"daily\": 1, \"weekly\": 0, \"monthly\": 0, \"yearly\": 0}}";
                }),
                new Scenario("copy-snapshots in another region", Account.ELSEWHERE, account -> {
                    copiesElsewhere(account);
                    return "{\"instance\": \"prod\", \"sourceRegion\": \"us-east-1\", \"retain\": "
                            + "{\"daily\": 1, \"weekly\": 0, \"monthly\": 0, \"yearly\": 0}}";
                }),
                new Scenario("sweep", "sweep", account -> {
                    leave(account);
                    return "{}";
                }));
    }

    private static Scenario plain(String workflow, String fields) {
        return new Scenario(workflow, workflow, account -> "{" + fields + "}");
    }

    static String restore(String from) {
        return "{\"instance\": \"prod\", \"project\": \"acme\", \"database\": \"website\", \"targetDatabase\": \"copy\", %s}"
                .formatted(from);
    }

    /** A copy that is beyond the retention, and a snapshot that only looks like one. */
    private static void copies(Account account) {
        String day = "2026-02-28";
        account.wire.rds.copyDBSnapshot(it -> it.sourceDBSnapshotIdentifier(account.snapshot)
                .targetDBSnapshotIdentifier("steward-prod-" + day)
                .tags(ours(day)));
        account.wire.rds.copyDBSnapshot(it ->
                it.sourceDBSnapshotIdentifier(account.snapshot).targetDBSnapshotIdentifier("steward-prod-2026-02-27"));
        account.pass(Duration.ofHours(1));
    }

    /** The copy of the day, and in the other region a copy beyond the retention and one that only looks like it. */
    private static void copiesElsewhere(Account account) {
        account.wire.rds.copyDBSnapshot(it -> it.sourceDBSnapshotIdentifier(account.snapshot)
                .targetDBSnapshotIdentifier("steward-prod-2026-03-01")
                .tags(ours("2026-03-01")));
        account.pass(Duration.ofHours(1));
        RdsClient there = account.wire.rdsElsewhere;
        String source = Arn.databaseSnapshot("us-east-1", "steward-prod-2026-03-01");
        there.copyDBSnapshot(it -> it.sourceDBSnapshotIdentifier(source)
                .sourceRegion("us-east-1")
                .kmsKeyId(Account.KEY_THERE)
                .targetDBSnapshotIdentifier("steward-prod-2026-02-28")
                .tags(ours("2026-02-28")));
        there.copyDBSnapshot(it -> it.sourceDBSnapshotIdentifier(source)
                .sourceRegion("us-east-1")
                .kmsKeyId(Account.KEY_THERE)
                .targetDBSnapshotIdentifier("steward-prod-2026-02-27"));
        account.pass(Duration.ofHours(1));
    }

    /**
     * Deletes the instance, and with it its automated snapshots.
     *
     * @return the copy of one that is left
     */
    static String lose(Account account) {
        String copy = "steward-prod-2026-03-01";
        account.wire.rds.copyDBSnapshot(it -> it.sourceDBSnapshotIdentifier(account.snapshot)
                .targetDBSnapshotIdentifier(copy)
                .tags(ours("2026-03-01")));
        account.pass(Duration.ofHours(1));
        account.endpoint.rds().update("prod", it -> it.withDeletionProtection(false));
        account.wire.rds.deleteDBInstance(it -> it.dbInstanceIdentifier("prod").skipFinalSnapshot(true));
        account.pass(Duration.ofHours(1));
        return copy;
    }

    /** What a copy of that day says of itself. */
    private static List<Tag> ours(String day) {
        return List.of(
                tag("steward:managed", "true"),
                tag("steward:instance", "prod"),
                tag("steward:snapshot-time", day + "T12:00:00Z"));
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    /** What an execution of restore-database that nobody knows any more could leave, once. */
    static void leave(Account account) {
        String execution = "arn:aws:states:us-east-1:000000000000:execution:restore-database:gone";
        String name = TemporaryName.of(execution);
        if (account.endpoint.rds().instance(name).isPresent()) {
            return;
        }
        account.restoreInstance(name, execution);
        account.wire.plain.createSecret(name, Map.of("steward:execution", execution));
        account.put("steward-tmp-restore-database/gone/outcome-1.json", "{}");
        // As old as nobody's dump has to be: a fresh one may be on its way here.
        account.put("dumps/acme/prod/website/20260101T000000Z-gone/dump.tar.zst", "half");
        account.pass(Duration.ofHours(25));
        account.servers.server("prod").databases().put(name, new Database("website", "acme", "half"));
        account.tasks.start(execution);
    }
}
