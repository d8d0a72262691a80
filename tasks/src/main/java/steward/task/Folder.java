package steward.task;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import steward.error.VerificationFailed;

/** The folder that pg_dump writes in its directory format, without compression. */
record Folder(Path path) {
    private static final int BUFFER = 1 << 18;
    private static final String DATA = "\\d+\\.dat";
    private static final String LARGE_OBJECT_LIST = "blobs(_\\d+)?\\.toc";

    static boolean isData(String name) {
        return name.matches(DATA);
    }

    /**
     * Whether pg_dump has written all of a table's data.
     *
     * @return false, too, if it is no such file, or if there is none
     */
    boolean isComplete(String name) {
        if (!isData(name)) {
            return false;
        }
        try (SeekableByteChannel file = Files.newByteChannel(path.resolve(name))) {
            ByteBuffer tail = ByteBuffer.allocate(RowCount.TAIL);
            file.position(Math.max(0, file.size() - tail.capacity()));
            while (tail.hasRemaining() && file.read(tail) >= 0) {}
            return RowCount.ends(Arrays.copyOf(tail.array(), tail.position()));
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("reading the dump's file " + name, e);
        }
    }

    List<Path> files() {
        try (Stream<Path> files = Files.list(path)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("listing the dump", e);
        }
    }

    /** Reads all of the tables' data: the rows by file. */
    Map<String, Long> countRows(Progress progress) {
        Map<String, Long> rows = new HashMap<>();
        byte[] buffer = new byte[BUFFER];
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (!isData(name)) {
                continue;
            }
            RowCount count = new RowCount();
            try (InputStream content = Files.newInputStream(file)) {
                for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                    count.add(buffer, read);
                    progress.bytes(read);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("reading the dump", e);
            }
            rows.put(name, count.rows(name));
        }
        return rows;
    }

    /**
     * What the data are, as pg_restore itself understands the dump's table of contents.
     *
     * <p>Which file belongs to which table, pg_restore does not say. So it is given the folder without its data: each
     * file's only row is the file's number, which comes back in what pg_restore writes for the table. To let it write
     * all data instead, only to count them, would take as long as the dump itself.
     *
     * @return with files' numbers instead of rows
     */
    Contents outline(Tools tools, Scratch scratch) {
        Path outline = scratch.file("outline");
        try {
            Files.createDirectory(outline);
            for (Path file : files()) {
                String name = file.getFileName().toString();
                if (isData(name)) {
                    String number = name.substring(0, name.indexOf('.'));
                    Files.writeString(outline.resolve(name), number + "\n\\.\n\n\n");
                } else if (name.matches(LARGE_OBJECT_LIST)) {
                    Files.createFile(outline.resolve(name));
                } else if (name.equals("toc.dat")) {
                    Files.copy(file, outline.resolve(name));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading the dump's table of contents", e);
        }
        return Source.read(tools, outline, ScriptReader.ofNumbers());
    }

    /**
     * What the data are.
     *
     * @param rows by file
     * @throws VerificationFailed if a table has no data, or data no table
     */
    Contents contents(Contents outline, Map<String, Long> rows) {
        Map<String, Long> left = new HashMap<>(rows);
        List<Contents.Table> tables = new ArrayList<>();
        for (Contents.Table table : outline.tables()) {
            Long found = left.remove(table.rows() + ".dat");
            if (found == null) {
                throw new VerificationFailed("the dump has no data of table " + table.table());
            }
            tables.add(new Contents.Table(table.table(), found));
        }
        if (!left.isEmpty()) {
            throw new VerificationFailed("the dump has data of no table: " + left.keySet());
        }
        List<Long> largeObjects = largeObjects();
        return new Contents(
                Contents.summed(tables),
                outline.sequences(),
                largeObjects.size(),
                largeObjects.stream().mapToLong(Long::longValue).sum());
    }

    /** The size of each: a file of its own, by its list. */
    private List<Long> largeObjects() {
        List<Long> sizes = new ArrayList<>();
        try {
            for (Path file : files()) {
                if (!file.getFileName().toString().matches(LARGE_OBJECT_LIST)) {
                    continue;
                }
                for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                    sizes.add(Files.size(path.resolve(line.substring(line.indexOf(' ') + 1))));
                }
            }
        } catch (IOException e) {
            throw new VerificationFailed("the dump's large objects cannot be read: " + e.getMessage(), e);
        }
        return sizes;
    }
}
