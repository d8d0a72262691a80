package steward.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import steward.local.postgres.Majors;
import steward.local.postgres.PostgresServer;
import steward.local.postgres.SharedServers;
import steward.postgres.Login;
import steward.postgres.Postgres;

/** Dumps are tried on the majors whose client tools are there; what is asked before them has to work on all. */
final class SourceNotesIT {
    static List<Integer> majors() {
        return Majors.underTest();
    }

    @ParameterizedTest
    @MethodSource("majors")
    void everyMajorUnderstandsWhatItIsAsked(int major) {
        PostgresServer server = SharedServers.server(major);
        Login login = new Login(
                server.host(), server.port(), server.major(), server.masterUsername(), server.masterPassword());
        List<String> notes = new Postgres(server.rootCertificate())
                .withSession(
                        login,
                        "postgres",
                        "testing",
                        session -> session.rollingBack(() -> {
                            session.execute("CREATE SCHEMA noted");
                            session.execute("CREATE MATERIALIZED VIEW noted.noted AS SELECT 1 AS one");
                            return SourceNotes.of(session, major);
                        }));
        assertThat(notes)
                .contains(
                        "materialized view noted.noted: its rows are not in the dump, a restore fills it anew by its query")
                .noneMatch(note -> note.startsWith("names cannot be read"));
    }
}
