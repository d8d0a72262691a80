package steward.local.postgres;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A physical copy of a server: its data folder and, since they are as old as the data, the passwords of rdsadmin and the
 * master. Servers of the same major can be started from it, any number of times.
 *
 * @param folder belongs to the copy; delete it when it is of no more use
 */
public record Snapshot(Path folder) {
    /** Deletes it. Servers that were started from it stay. */
    public void delete() {
        try {
            Folders.delete(folder);
        } catch (IOException failure) {
            throw new ServerFailed("deleting " + folder, failure);
        }
    }

    DataFolder data() {
        return new DataFolder(folder.resolve("data"));
    }

    Passwords passwords() {
        return Passwords.load(folder);
    }
}
