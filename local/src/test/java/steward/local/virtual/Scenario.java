package steward.local.virtual;

import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.secretsmanager.model.Tag;
import steward.TemporaryName;
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
                new Scenario("sweep", "sweep", account -> {
                    leave(account);
                    return "{}";
                }));
    }

    private static Scenario plain(String workflow, String fields) {
        return new Scenario(workflow, workflow, account -> "{" + fields + "}");
    }

    private static String restore(String from) {
        return "{\"instance\": \"prod\", \"project\": \"acme\", \"database\": \"website\", \"targetDatabase\": \"copy\", %s}"
                .formatted(from);
    }

    /** What an execution of restore-database that nobody knows any more could leave, once. */
    private static void leave(Account account) {
        String execution = "arn:aws:states:us-east-1:000000000000:execution:restore-database:gone";
        String name = TemporaryName.of(execution);
        if (account.endpoint.rds().instance(name).isPresent()) {
            return;
        }
        account.restoreInstance(name, execution);
        account.wire.secrets.createSecret(it -> it.name(name)
                .secretString("{}")
                .tags(Tag.builder().key("steward:execution").value(execution).build()));
        account.put("steward-tmp-restore-database/gone/outcome-1.json", "{}");
        account.put("dumps/acme/prod/website/20260101T000000Z-gone/dump.tar.zst", "half");
        account.servers.server("prod").databases().put(name, new Database("website", "acme", "half"));
        account.tasks.start(execution);
    }
}
