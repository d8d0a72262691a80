package steward.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writes a script that starts Java as this class was started: by the build, with the JDK that it selected and the class
 * path that it resolved. So the scripts need not search for either.
 */
public final class WriteLauncher {
    private WriteLauncher() {}

    /** Is given the file to write, and the repository's root. */
    public static void main(String[] arguments) throws IOException {
        Path launcher = Path.of(arguments[0]);
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Files.writeString(launcher, """
                #!/usr/bin/env bash
                # What starts fast; what is measured runs long, and is compiled in full.
                exec %s ${STEWARD_JAVA_OPTIONS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC} -Dsteward.home=%s -cp %s "$@"
                """.formatted(
                        quoted(java.toString()), quoted(arguments[1]), quoted(System.getProperty("java.class.path"))));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
