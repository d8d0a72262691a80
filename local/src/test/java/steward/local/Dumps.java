package steward.local;

import static steward.local.TestInstallation.execute;
import static steward.local.TestInstallation.random;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What the tests of dumps and restores do again and again. */
record Dumps(TestInstallation steward) {
    String create(String instance, List<String> extensions) {
        String site = random("site");
        steward.succeed(
                "create-database",
                Map.of("instance", instance, "project", "acme", "database", site, "extensions", extensions));
        return site;
    }

    /** A site with a thousand rows and a large object. */
    String filled(String instance) throws SQLException {
        String site = create(instance, List.of());
        try (Connection owner = steward.connect("acme", instance, site, site)) {
            execute(
                    owner,
                    "CREATE TABLE site (id serial PRIMARY KEY, name text)",
                    "INSERT INTO site (name) SELECT md5(n::text) FROM generate_series(1, 1000) n",
                    "SELECT lo_from_bytea(0, repeat('large', 1000)::bytea)");
        }
        return site;
    }

    JsonNode dump(String instance, String site) {
        return steward.succeed("dump-database", Map.of("instance", instance, "database", site));
    }

    JsonNode restore(String instance, String copy, String user, String dump) {
        return steward.succeed("restore-dump", input(instance, copy, user, dump));
    }

    static Map<String, String> input(String instance, String copy, String user, String dump) {
        return Map.of("instance", instance, "project", "acme", "database", copy, "user", user, "dump", dump);
    }

    OwnedDatabase owned(String instance, String database, String user) {
        return new OwnedDatabase(
                steward.server(instance),
                user,
                steward.secret("acme", instance, user).path("password").asText(),
                database);
    }

    DatabaseDigest digest(String instance, String database, String user, Path tools) throws Exception {
        return DatabaseDigest.of(owned(instance, database, user), tools);
    }

    boolean exists(String instance, String database) throws SQLException {
        return !steward.look(instance, "postgres", "SELECT 1 FROM pg_database WHERE datname = '" + database + "'")
                .isEmpty();
    }

    void put(String key, byte[] content) {
        steward.s3.putObject(it -> it.bucket(Installation.BACKUP_BUCKET).key(key), RequestBody.fromBytes(content));
    }

    List<String> keys(String prefix) {
        return steward
                .s3
                .listObjectsV2Paginator(
                        it -> it.bucket(Installation.BACKUP_BUCKET).prefix(prefix))
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    /** Puts a file of plain {@code pg_dump -Fc} into the bucket, as an administrator would. */
    String putPlainDump(String instance, String site, Path tools) throws Exception {
        Path file = Files.createTempFile("plain", ".dump");
        ClientProgram.of(tools, owned(instance, site, site)).run("pg_dump", site, "-Fc", "-f", file.toString());
        put("uploads/" + site, Files.readAllBytes(file));
        Files.delete(file);
        return "s3://" + Installation.BACKUP_BUCKET + "/uploads/" + site;
    }
}
