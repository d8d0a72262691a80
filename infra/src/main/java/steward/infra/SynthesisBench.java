package steward.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Times the synthesis of one client where its file is the only one against where it is one of 40, in turns: each a process of
 * its own, from its start to its end.
 */
public final class SynthesisBench {
    private static final String CLIENT = "acme";
    private static final int CLIENTS = 40;

    private final Path root;
    private final Path work;

    private SynthesisBench(Path root, Path work) {
        this.root = root;
        this.work = work;
    }

    /** Is given the rounds. */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9;
        Path work = Files.createTempDirectory("synthesis");
        try {
            Path root = Path.of(System.getProperty("steward.home", ".")).toAbsolutePath();
            new SynthesisBench(root, work).measure(rounds);
        } finally {
            delete(work);
        }
    }

    private void measure(int rounds) throws Exception {
        Path one = clients("one", 1);
        Path many = clients("many", CLIENTS);
        milliseconds(one);
        milliseconds(many);
        List<Double> alone = new ArrayList<>();
        List<Double> amongMany = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            // Who is first in a round may find the machine in another state than who is second.
            boolean aloneFirst = round % 2 == 0;
            (aloneFirst ? alone : amongMany).add(milliseconds(aloneFirst ? one : many));
            (aloneFirst ? amongMany : alone).add(milliseconds(aloneFirst ? many : one));
            ratios.add(amongMany.getLast() / alone.getLast());
        }
        System.out.printf(
                Locale.ROOT,
                "one client file %s ms, one of %d %s ms, ratio %.3f, median of each round's ratio %.3f, %d rounds in turns%n",
                spread(alone),
                CLIENTS,
                spread(amongMany),
                median(amongMany) / median(alone),
                // What else the machine does weighs on both runs of a round.
                median(ratios),
                rounds);
    }

    /** A folder with the example's file and copies of it under other names. */
    private Path clients(String name, int number) throws IOException {
        Path folder = Files.createDirectory(work.resolve(name));
        String example = Files.readString(root.resolve("infra/clients").resolve(CLIENT + ".json"));
        Files.writeString(folder.resolve(CLIENT + ".json"), example);
        for (int copy = 1; copy < number; copy++) {
            String client = CLIENT + "-" + copy;
            Files.writeString(
                    folder.resolve(client + ".json"),
                    example.replace("\"client\": \"%s\"".formatted(CLIENT), "\"client\": \"%s\"".formatted(client)));
        }
        return folder;
    }

    private double milliseconds(Path clients) throws IOException, InterruptedException {
        Path output = work.resolve("output");
        Path log = work.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(
                        root.resolve("infra/target/launcher").toString(),
                        "-Dsteward.clients=" + clients,
                        Main.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("CDK_OUTDIR", output.toString());
        builder.environment().put("CDK_CONTEXT_JSON", "{\"client\": \"%s\"}".formatted(CLIENT));
        long start = System.nanoTime();
        int code = builder.start().waitFor();
        double milliseconds = (System.nanoTime() - start) / 1e6;
        if (code != 0 || !Files.exists(output.resolve("steward-" + CLIENT + ".template.json"))) {
            throw new IllegalStateException("not synthesised:\n" + Files.readString(log));
        }
        delete(output);
        return milliseconds;
    }

    private static String spread(List<Double> times) {
        double[] sorted = sorted(times);
        return String.format(Locale.ROOT, "%.0f (%.0f to %.0f)", median(times), sorted[0], sorted[sorted.length - 1]);
    }

    private static double median(List<Double> times) {
        double[] sorted = sorted(times);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double[] sorted(List<Double> times) {
        return times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(SynthesisBench::remove);
        }
    }

    private static void remove(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("removing " + file, e);
        }
    }
}
