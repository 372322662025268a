// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of the host that serves the training apps, is sent requests and then ended. Confined to
 * one thread, except for the reader of the host's output.
 */
final class TrainingRun {

    private static final Pattern SERVED = Pattern.compile("\\s*(\\S+)\\s+\\S+\\s+http://\\S+.*");
    private static final Pattern READY = Pattern.compile(".*\\bready (http://[^/\\s]+).*");
    private static final List<String> PATHS =
            List.of("", "?x=4", "?x=wrong", "square?x=5", "page", "stream", "missing");
    private static final int ROUNDS = 20;
    private static final Duration START_WAIT = Duration.ofMinutes(5);
    private static final Duration ANSWER_WAIT = Duration.ofSeconds(60);
    private static final Duration REQUESTS_WAIT = Duration.ofMinutes(2);
    private static final Duration END_WAIT = Duration.ofMinutes(10);
    private static final int OUTPUT_LINES_MAX = 60;

    private final List<String> command;
    private final Path apps;
    private final Path work;

    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> labels = new CopyOnWriteArrayList<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile String address = "";

    /**
     * A run.
     *
     * @param command starts the host's program
     * @param apps the folder to serve
     * @param work the host's working folder, free to be written to
     */
    TrainingRun(List<String> command, Path apps, Path work) {
        this.command = command;
        this.apps = apps;
        this.work = work;
    }

    /**
     * Runs it to its end.
     *
     * @param result the file that is there when all went well
     */
    void run(Path result) throws TrainingException, IOException, InterruptedException {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(
                List.of(
                        "serve",
                        apps.toString(),
                        "--no-reload",
                        "--port=0",
                        "--admin-port=0",
                        "--data-dir=" + work.resolve("data")));
        Process host =
                new ProcessBuilder(whole)
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .start();
        Thread reader = Thread.ofVirtual().start(() -> read(host));
        try {
            if (!ready.await(START_WAIT.toSeconds(), TimeUnit.SECONDS) || address.isEmpty()) {
                throw failed("the host did not become ready");
            }
            askAll();
            // Ended through its handle, it keeps its output: Java writes there while it makes the
            // cache.
            host.toHandle().destroy();
            if (!host.waitFor(END_WAIT.toSeconds(), TimeUnit.SECONDS)) {
                throw failed("the host did not end");
            }
            reader.join(Duration.ofSeconds(5));
            if (host.exitValue() != 0) {
                throw failed("the host ended with code " + host.exitValue());
            }
            if (!Files.isRegularFile(result)) {
                throw failed("Java wrote no AOT cache");
            }
        } finally {
            host.descendants().forEach(ProcessHandle::destroyForcibly);
            host.destroyForcibly();
        }
    }

    private void read(Process host) {
        try (BufferedReader lines = host.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                note(line);
            }
        } catch (IOException _) {
            // The host is gone: its exit code tells.
        } finally {
            ready.countDown();
        }
    }

    private void note(String line) {
        Matcher served = SERVED.matcher(line);
        Matcher start = READY.matcher(line);
        if (line.contains("[warning][aot] Skipping")) {
            return; // what cannot be kept is loaded as usual
        }
        if (output.size() == OUTPUT_LINES_MAX) {
            output.removeFirst();
        }
        output.add(line);
        if (served.matches()) {
            labels.add(served.group(1));
        }
        if (start.matches()) {
            address = start.group(1);
            ready.countDown();
        }
    }

    private void askAll() throws TrainingException, InterruptedException {
        long end = System.nanoTime() + REQUESTS_WAIT.toNanos();
        int answered = 0;
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
                for (String label : labels) {
                    answered += ask(client, address + "/" + label + "/");
                }
            }
        }
        if (answered == 0) {
            throw failed("the host answered no request");
        }
    }

    /** Sends each kind of request once and returns how many were answered with a success. */
    private static int ask(HttpClient client, String root) throws InterruptedException {
        int answered = 0;
        for (String path : PATHS) {
            answered += send(client, HttpRequest.newBuilder(URI.create(root + path)));
        }
        answered +=
                send(
                        client,
                        HttpRequest.newBuilder(URI.create(root))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"name\": \"a\", \"count\": 2}")));
        return answered;
    }

    private static int send(HttpClient client, HttpRequest.Builder request)
            throws InterruptedException {
        try {
            return client.send(request.timeout(ANSWER_WAIT).build(), BodyHandlers.discarding())
                                    .statusCode()
                            == 200
                    ? 1
                    : 0;
        } catch (IOException _) {
            return 0; // A training request proves nothing: tests do.
        }
    }

    private TrainingException failed(String message) {
        return new TrainingException(message + "\n" + String.join("\n", output));
    }
}
