// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each command in the examples' README gives what the README prints below it. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
final class ExamplesIT {

    private static final Path EXAMPLES = Path.of("../examples");
    private static final Pattern COMMAND =
            Pattern.compile(
                    "\\$ curl (?:-N )?(?:--json '(?<body>[^']*)' )?'?http://127\\.0\\.0\\.1:8080(?<path>[^' ]*)'?");

    private HostProcess host;

    /** One command of the README and its answer. */
    record Command(String path, String body, String answer) {}

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        host = HostProcess.serve(EXAMPLES.toString());
    }

    @AfterAll
    void stop() throws Exception {
        host.stop();
    }

    Stream<Command> commands() throws IOException {
        List<Command> commands = new ArrayList<>();
        String readme = Files.readString(EXAMPLES.resolve("README.md"));
        String console = readme.substring(readme.indexOf("```console") + 11);
        for (String block : console.substring(0, console.indexOf("```")).split("\n\n", -1)) {
            String first = block.lines().findFirst().orElseThrow();
            Matcher command = COMMAND.matcher(first);
            assertThat(command.matches()).as(first).isTrue();
            String body = command.group("body");
            commands.add(
                    new Command(
                            command.group("path"),
                            body == null ? "" : body,
                            block.substring(first.length()).strip()));
        }
        return commands.stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void theReadmeTellsTheTruth(Command command) throws Exception {
        var response =
                command.body().isEmpty()
                        ? host.get(command.path())
                        : host.post(command.path(), "application/json", command.body());
        assertThat(response.body().strip()).isEqualTo(command.answer());
    }
}
