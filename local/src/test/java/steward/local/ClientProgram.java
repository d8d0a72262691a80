package steward.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import steward.local.postgres.PostgresServer;

/**
 * Runs Postgres's own programs for a user of a server, with its password in a file that nobody else can read.
 *
 * @param tools the folder of one major's programs, see {@link steward.local.postgres.ClientTools}
 */
record ClientProgram(Path tools, PostgresServer server, String user, String password) {
    static ClientProgram of(Path tools, OwnedDatabase database) {
        return new ClientProgram(tools, database.server(), database.user(), database.password());
    }

    /**
     * What the program prints, as bytes in ISO-8859-1: nothing is lost, whatever the encoding.
     *
     * @throws AssertionError when it fails or warns, with what it says
     */
    String run(String program, String database, String... arguments) throws IOException, InterruptedException {
        Path passwords = Files.createTempFile("passwords", "");
        Path errors = Files.createTempFile("errors", "");
        try {
            Files.writeString(passwords, "*:*:*:*:" + password + "\n");
            List<String> command =
                    new ArrayList<>(List.of(tools.resolve(program).toString()));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().keySet().retainAll(List.of("PATH"));
            builder.environment().putAll(environment(database, passwords));
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int code = process.waitFor();
            String said = Files.readString(errors, StandardCharsets.ISO_8859_1);
            if (code != 0 || !said.isBlank()) {
                throw new AssertionError("%s: exit code %d: %s".formatted(program, code, said));
            }
            return output;
        } finally {
            Files.delete(passwords);
            Files.delete(errors);
        }
    }

    /** Before 15, libpq compares the host's name with the names in the certificate, but no address. */
    private Map<String, String> environment(String database, Path passwords) {
        return Map.of(
                "PGHOST",
                "localhost",
                "PGHOSTADDR",
                server.host(),
                "PGPORT",
                String.valueOf(server.port()),
                "PGDATABASE",
                database,
                "PGUSER",
                user,
                "PGPASSFILE",
                passwords.toString(),
                "PGSSLMODE",
                "verify-full",
                "PGSSLROOTCERT",
                server.rootCertificate().toString());
    }
}
