package steward.infra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes a script that starts Java as this class was started: by the build, with its JDK and its class path. */
public final class WriteLauncher {
    private WriteLauncher() {}

    /** Is given the file to write, and the repository's root. */
    public static void main(String[] arguments) throws IOException {
        Path launcher = Path.of(arguments[0]);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Files.writeString(launcher, """
                #!/usr/bin/env bash
                exec %s -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dsteward.home=%s -cp %s "$@"
                """.formatted(
                        quoted(java.toString()), quoted(arguments[1]), quoted(System.getProperty("java.class.path"))));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
