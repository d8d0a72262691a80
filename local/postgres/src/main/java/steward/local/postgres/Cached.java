package steward.local.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A folder that is made once for all JVMs of a user. It is there either whole or not at all. */
final class Cached {
    /** Fills an empty folder. */
    interface Maker {
        void make(Path folder) throws IOException;
    }

    private Cached() {}

    /**
     * The folder of that name below the cache. When it is missing it is made under another name and then renamed, so that
     * nobody meets a half made one; a file lock lets one JVM make it while the others wait.
     */
    static Path folder(String name, Maker maker) {
        Path cache = Folders.cache();
        Path folder = cache.resolve(name);
        if (Files.exists(folder)) return folder;
        // A file lock belongs to the JVM: threads of ours need a lock of their own.
        synchronized (Cached.class) {
            return make(cache, folder, maker);
        }
    }

    private static Path make(Path cache, Path folder, Maker maker) {
        Path lock = cache.resolve(folder.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            if (Files.exists(folder)) return folder;
            Path partial = cache.resolve(folder.getFileName() + ".partial");
            Folders.delete(partial);
            Folders.make(partial);
            maker.make(partial);
            return Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new ServerFailed("preparing " + folder, failure);
        }
    }
}
