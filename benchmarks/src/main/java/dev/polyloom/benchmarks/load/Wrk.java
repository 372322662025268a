// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

import dev.polyloom.benchmarks.apps.Request;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Runs wrk with one thread on the loopback address. Immutable.
 *
 * @param program where it is
 * @param scripts the folder that scripts are written to
 */
public record Wrk(Path program, Path scripts) {

    /** What to tell a person who has no wrk. */
    public static final String MISSING =
            "the load generator wrk is not on PATH; install it (Debian and Ubuntu: apt-get install"
                    + " wrk; macOS: brew install wrk; others: https://github.com/wg/wrk)";

    private static final Duration SLACK = Duration.ofSeconds(60);
    private static final String TIMEOUT = "10s";

    /** Finds the program on PATH. */
    public static Optional<Path> find() {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "wrk"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Sends requests for some time.
     *
     * @param connections how many clients send at once
     * @param seconds for how long
     * @throws LoadException when wrk cannot run or prints something else than figures
     * @throws InterruptedException when the caller gives up; wrk has been ended then
     */
    public WrkResult run(Request request, int port, int connections, int seconds)
            throws LoadException, IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program.toString(),
                                "-t1",
                                "-c" + connections,
                                "-d" + seconds + "s",
                                "--timeout",
                                TIMEOUT,
                                "--latency"));
        if (request.needsScript()) {
            Path script = Files.createTempFile(scripts, "request-", ".lua");
            Files.writeString(script, WrkScript.of(request));
            command.addAll(List.of("-s", script.toString()));
        }
        command.add("http://127.0.0.1:" + port + request.path());
        try {
            return WrkResult.parse(
                    new Program(command, scripts, SLACK.plusSeconds(seconds)).run("run wrk"));
        } catch (EnvironmentException | WrkResult.UnreadableException e) {
            throw new LoadException(e);
        }
    }
}
