// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.conformance;

import dev.polyloom.benchmarks.apps.Request;
import dev.polyloom.benchmarks.measure.Probe;
import dev.polyloom.benchmarks.measure.ServerException;
import dev.polyloom.benchmarks.servers.Command;
import dev.polyloom.benchmarks.servers.Polyloom;
import dev.polyloom.benchmarks.servers.ServerProcess;
import dev.polyloom.benchmarks.servers.Servers;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs suites, each against a host of its own that serves one application at the root. Immutable.
 *
 * @param polyloom the host
 * @param python of the environment that suites are installed in
 * @param runners a folder with programs {@code run-SUITE.sh HOST PORT} that take the place of the
 *     drivers here; with {@code run-apps.sh HOST PORT NAME}, {@code apps/NAME} is served as it is
 * @param work where files go
 * @param full whether suites run all they have, rather than what takes minutes
 */
public record SuiteRun(
        Polyloom polyloom, Path python, Optional<Path> runners, Path work, boolean full) {

    private static final Duration SUITE_WAIT = Duration.ofMinutes(40);
    private static final Duration START_WAIT = Duration.ofMinutes(10);
    private static final long LOOK_MILLIS = 100;
    private static final String HOST = "127.0.0.1";

    /** Runs one; what keeps it from running is its score. */
    public Score run(Suite suite, Servers servers, Probe probe)
            throws IOException, InterruptedException {
        if (suite == Suite.APPS) {
            return applications(servers, probe);
        }
        Path folder = Files.createDirectories(work.resolve(suite.label()));
        Path app = Files.createDirectories(folder.resolve("app")).resolve(suite.target().file());
        Files.write(app, resource("targets/" + suite.target().file()));
        if (!suite.requirements().isEmpty()) {
            Files.write(app.resolveSibling("requirements.txt"), suite.requirements());
        }
        Served served = new Served(suite.label(), app, suite.options(), folder);
        return score(served, servers, probe, port -> command(suite, port, folder));
    }

    private Score applications(Servers servers, Probe probe)
            throws IOException, InterruptedException {
        Optional<Path> runner =
                runners.map(place -> place.resolve("run-apps.sh")).filter(Files::isExecutable);
        if (runner.isEmpty()) {
            return Score.missing("--runners FOLDER with run-apps.sh and apps/ is needed");
        }
        List<Path> found;
        try (Stream<Path> folders = Files.list(runner.get().resolveSibling("apps"))) {
            found = folders.filter(Files::isDirectory).sorted().toList();
        }
        List<Score> scores = new ArrayList<>();
        for (Path source : found) {
            String name = source.getFileName().toString();
            Path folder = Files.createDirectories(work.resolve(Suite.APPS.label()).resolve(name));
            Served served = new Served(name, source.resolve("app.py"), List.of(), folder);
            Score score =
                    score(
                            served,
                            servers,
                            probe,
                            port ->
                                    List.of(
                                            runner.get().toString(),
                                            HOST,
                                            Integer.toString(port),
                                            name));
            // What did not run is one that failed.
            scores.add(score.total() > 0 ? score : new Score(0, 1, List.of(name, score.note())));
        }
        return Score.sum(scores);
    }

    /** What a host serves for a suite, and where its files go. */
    private record Served(String name, Path app, List<String> options, Path folder) {}

    /** Gives the words of a program that asks the server on a port. */
    @FunctionalInterface
    private interface Asker {

        List<String> command(int port) throws IOException;
    }

    private Score score(Served served, Servers servers, Probe probe, Asker asker)
            throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("--no-reload", "--no-access-log"));
        options.addAll(served.options());
        try (ServerProcess server =
                servers.start(
                        served.name(),
                        port ->
                                new Command(
                                        polyloom.serve(served.app(), port, options),
                                        served.folder()))) {
            awaitLoaded(server, probe);
            return Score.read(
                    new Program(asker.command(server.port()), served.folder(), SUITE_WAIT)
                            .run("run " + served.name()));
        } catch (EnvironmentException e) {
            return Score.read(e.output());
        } catch (ServerException e) {
            return Score.missing(String.valueOf(e.getMessage()));
        }
    }

    private List<String> command(Suite suite, int port, Path folder) throws IOException {
        Optional<Path> runner =
                runners.map(place -> place.resolve("run-" + suite.label() + ".sh"))
                        .filter(Files::isExecutable);
        if (runner.isPresent()) {
            return List.of(runner.get().toString(), HOST, Integer.toString(port));
        }
        Path driver = Files.write(folder.resolve("drive.py"), resource("drive.py"));
        Files.write(folder.resolve("bridge.py"), resource("bridge.py"));
        List<String> words =
                new ArrayList<>(
                        List.of(
                                python.toString(),
                                driver.toString(),
                                suite.label(),
                                Integer.toString(port),
                                folder.resolve("out").toString()));
        if (full) {
            words.add("full");
        }
        return words;
    }

    /**
     * Until the app has been loaded the host asks to come again; its own packages may take long.
     */
    private static void awaitLoaded(ServerProcess server, Probe probe)
            throws ServerException, InterruptedException {
        long deadline = System.nanoTime() + START_WAIT.toNanos();
        while (System.nanoTime() < deadline) {
            if (!server.alive()) {
                throw new ServerException("the host ended at its start: " + server.lastLines());
            }
            try {
                int status = probe.send(server.port(), Request.get("/")).statusCode();
                if (status == 500 || status == 502) {
                    throw new ServerException("the app cannot be served: " + server.lastLines());
                }
                if (status != 503) {
                    return;
                }
            } catch (IOException _) {
                // It does not listen yet, or the app takes its time.
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        throw new ServerException("the app was not loaded in time: " + server.lastLines());
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                SuiteRun.class.getResourceAsStream(
                        "/dev/polyloom/benchmarks/conformance/" + name)) {
            if (in == null) {
                throw new IOException("the benchmarks' jar lacks " + name);
            }
            return in.readAllBytes();
        }
    }
}
