// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A host in a process of its own, on ports it picked. Closed by its owner; prints its output when
 * it does not start.
 */
final class HostProcess implements AutoCloseable {

    private static final Duration READY_MAX = Duration.ofMinutes(10);
    private static final Duration REQUEST_MAX = Duration.ofMinutes(2);
    private static final long END_SECONDS_MAX = 60;
    private static final String READY = "ready http";
    private static final String ADMIN = "admin http";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Process process;

    private HostProcess(Process process) {
        this.process = process;
    }

    /** Starts {@code polyloom serve} with the prepared image and waits until it is ready. */
    static HostProcess serve(String... arguments) throws IOException, InterruptedException {
        return serve(List.of(), arguments);
    }

    /** Likewise, with Java options that win over the prepared ones. */
    static HostProcess serve(List<String> javaOptions, String... arguments)
            throws IOException, InterruptedException {
        return serveBy(List.of(), javaOptions, arguments);
    }

    /** Likewise, by a program that runs the command that it is given in its own place. */
    static HostProcess serveBy(List<String> by, List<String> javaOptions, String... arguments)
            throws IOException, InterruptedException {
        Path launch =
                Path.of(System.getProperty("polyloom.launch", "target/polyloom")).toAbsolutePath();
        List<String> command = new ArrayList<>(by);
        command.add(Files.readString(launch.resolve("java")).strip());
        command.add("@" + launch.resolve("host.args"));
        command.addAll(javaOptions);
        command.addAll(
                List.of("dev.polyloom.host.Main", "serve", "--port", "0", "--admin-port", "0"));
        command.addAll(List.of(arguments));
        HostProcess host =
                new HostProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
        Thread.ofVirtual().name("host-output").start(host::read);
        boolean ready = false;
        try {
            host.await(
                    "the host is ready",
                    READY_MAX,
                    () -> host.printed(READY) || !host.process.isAlive());
            ready = host.printed(READY);
        } finally {
            if (!ready) {
                host.close();
            }
        }
        if (!ready) {
            throw new IOException("the host did not start:\n" + String.join("\n", host.lines));
        }
        return host;
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException _) {
            // The process has ended.
        }
    }

    /** Its process id. */
    long pid() {
        return process.pid();
    }

    /** Whether a line that contains the text has been printed. */
    boolean printed(String text) {
        return lines.stream().anyMatch(line -> line.contains(text));
    }

    /** All it has printed. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    /** Something that comes true. */
    @FunctionalInterface
    interface Condition<E extends Exception> {

        /** Whether it is true now. */
        boolean holds() throws E;
    }

    /** Waits for a condition. */
    <E extends Exception> void await(String what, Duration bound, Condition<E> condition)
            throws E, InterruptedException {
        long deadline = System.nanoTime() + bound.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "waited in vain until " + what + "; printed:\n" + String.join("\n", lines));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** The public address. */
    URI url(String path) {
        String ready =
                lines.stream().filter(line -> line.startsWith(READY)).findFirst().orElseThrow();
        return URI.create(ready.substring("ready ".length()).strip().replaceAll("/$", "") + path);
    }

    /** The answer to a request that is sent now; the caller bounds the wait for it. */
    CompletableFuture<HttpResponse<String>> later(String path) {
        return client.sendAsync(HttpRequest.newBuilder(url(path)).build(), BodyHandlers.ofString());
    }

    /** The admin listener's address, without a path. */
    String adminUrl() {
        return lines.stream()
                .filter(line -> line.startsWith(ADMIN))
                .map(line -> line.substring("admin ".length()).strip())
                .findFirst()
                .orElseThrow();
    }

    HttpResponse<String> get(String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url(path)).timeout(REQUEST_MAX);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** An answer of the admin listener. */
    HttpResponse<String> admin(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(adminUrl() + path)).timeout(REQUEST_MAX).build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String contentType, String body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(url(path))
                        .timeout(REQUEST_MAX)
                        .header("content-type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** The processes that it has started, and theirs. */
    Stream<ProcessHandle> descendants() {
        return process.descendants();
    }

    /** Lets the host drain as a person does and holds it to its promise to end well. */
    void stop() throws InterruptedException {
        process.destroy();
        try {
            assertThat(process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS))
                    .as("ends: %s", lines)
                    .isTrue();
            assertThat(process.exitValue()).as("%s", lines).isZero();
        } finally {
            close();
        }
    }

    /** Ends the host without a word, as a system that is out of memory does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The client, for requests that the methods above do not make. */
    HttpClient client() {
        return client;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
