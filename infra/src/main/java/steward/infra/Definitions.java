package steward.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import steward.infra.permission.Definition;

/** The workflows that there are: every {@code .asl.json} file. */
public final class Definitions {
    private static final String ENDING = ".asl.json";

    private Definitions() {}

    /** By workflow. */
    public static SortedMap<String, Definition> read(Path folder) {
        SortedMap<String, Definition> definitions = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(ENDING)).toList()) {
                String name = file.getFileName().toString();
                String workflow = name.substring(0, name.length() - ENDING.length());
                definitions.put(workflow, Definition.parse(workflow, Files.readString(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading the state machines in " + folder, e);
        }
        return definitions;
    }
}
