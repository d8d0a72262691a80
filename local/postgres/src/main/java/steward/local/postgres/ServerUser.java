package steward.local.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The operating system's user as whom servers run: our own, except that Postgres refuses to run as root: then it is {@code
 * nobody}.
 */
final class ServerUser {
    /** {@code nobody} and its group on Debian, Ubuntu and Fedora. initdb wants a user that has a name. */
    private static final int NOBODY = 65534;

    private static final Path SETPRIV = find("setpriv").orElse(Path.of("setpriv"));

    private ServerUser() {}

    /** What to put in front of a command so that it runs as the server's user. */
    static List<String> command(List<String> command) {
        if (!root()) return command;
        if (!Files.isExecutable(SETPRIV))
            throw new ServerFailed("Postgres does not run as root and there is no setpriv to change the user:"
                    + " install util-linux 2.31 or newer, or run as another user");
        List<String> change =
                List.of(SETPRIV.toString(), "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--");
        return Stream.concat(change.stream(), command.stream()).toList();
    }

    /** Gives a file or folder that we made to the server's user. */
    static Path own(Path path) throws IOException {
        if (!root()) return path;
        Files.setAttribute(path, "unix:uid", NOBODY);
        Files.setAttribute(path, "unix:gid", NOBODY);
        return path;
    }

    static boolean root() {
        return uid() == 0;
    }

    /** Our own user id. */
    static int uid() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException failure) {
            throw new ServerFailed("reading our user id from /proc/self", failure);
        }
    }

    private static Optional<Path> find(String program) {
        return Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
