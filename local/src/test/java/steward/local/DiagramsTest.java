package steward.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiagramsTest {

    private static final Path SAMPLES = Path.of("src/test/resources/statemachines");

    @Test
    void readmeIsCurrent() throws IOException {
        Path folder = Path.of("../statemachines");

        assertThat(folder.resolve("README.md"))
                .as("out of date; run: scripts/java steward.local.Diagrams")
                .exists()
                .content()
                .isEqualTo(Diagrams.readme(folder));
    }

    @Test
    void diagramShowsChoicesCatchesAndNesting() throws IOException {
        assertThat(Diagram.of(sample("sample-nesting").definition())).isEqualTo("""
                stateDiagram-v2
                    [*] --> ChooseWay
                    ChooseWay --> BothAtOnce: $states.input.way = 'parallel'#59;
                    ChooseWay --> RefuseInput: $count($states.input.items[kind = 'a kind that has a rather…
                    ChooseWay --> EachItem: otherwise
                    state BothAtOnce {
                        [*] --> WaitALittle
                        WaitALittle --> Nothing
                        Nothing --> [*]
                        --
                        [*] --> Something
                        Something --> [*]
                    }
                    BothAtOnce --> Done
                    BothAtOnce --> RefuseInput: catch States.Timeout, States.TaskFailed
                    state EachItem {
                        [*] --> DescribeItem
                        DescribeItem --> [*]
                    }
                    EachItem --> Done
                    EachItem --> RefuseInput: catch all
                    Done --> [*]
                    RefuseInput --> [*]: fail""");
    }

    @Test
    void tableShowsWhatAStateDoesAndWithWhat() throws IOException {
        assertThat(Diagrams.readme(SAMPLES).lines())
                .contains(
                        "| EachItem | One after the other \\| at most 3 | Map |",
                        "| DescribeItem | Looks it up | `aws-sdk:rds:describeDBInstances` |",
                        "| CreateUser | Role and secret | operation `CreateUser` |");
    }

    @Test
    void mainWritesTheReadme(@TempDir Path folder) throws IOException {
        Files.copy(SAMPLES.resolve("sample-task.asl.json"), folder.resolve("sample-task.asl.json"));

        Diagrams.main(folder.toString());

        assertThat(folder.resolve("README.md")).content().contains("## sample-task", "[*] --> CreateUser");
    }

    private static Workflow sample(String name) throws IOException {
        List<Workflow> samples = Workflow.in(SAMPLES);
        return samples.stream()
                .filter(workflow -> workflow.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
