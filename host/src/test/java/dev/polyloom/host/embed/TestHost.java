// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.host.runtimes.JavaProvider;
import dev.polyloom.host.terminal.Line;
import dev.polyloom.host.terminal.Terminal;
import dev.polyloom.host.terminal.TextRenderer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * A host on a free port with the test language, a client for it, and what its terminal was told.
 */
public final class TestHost implements AutoCloseable {

    /** Bounds every wait of a test. */
    public static final Duration BOUND = Duration.ofSeconds(20);

    /** The language. */
    public final TextRuntime runtime;

    /** What the terminal was told. */
    public final List<Line> lines = new CopyOnWriteArrayList<>();

    /** The host. */
    public final PolyloomHost host;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Terminal terminal;

    private TestHost(HostConfig config) throws Exception {
        var text = new TextRenderer(false);
        this.runtime = new TextRuntime();
        this.terminal =
                new Terminal(
                        (line, out) -> {
                            lines.add(line);
                            text.render(line, out);
                        },
                        new PrintStream(OutputStream.nullOutputStream()),
                        new PrintStream(OutputStream.nullOutputStream()));
        this.host = PolyloomHost.start(config, terminal, List.of(runtime, new JavaProvider()));
        assertThat(host.awaitLoaded(BOUND)).as("all apps loaded in time").isTrue();
    }

    /** Serves a folder or file. */
    public static TestHost serve(Path path) throws Exception {
        return serve(path, config -> config);
    }

    /** Serves it with other settings. */
    public static TestHost serve(Path path, UnaryOperator<HostConfig> settings) throws Exception {
        return new TestHost(settings.apply(HostConfig.of(path, path.toString())));
    }

    /** A URL of the host. */
    public URI uri(String path) {
        return URI.create(host.url() + path);
    }

    /** Gets a path. */
    public HttpResponse<String> get(String path, String... headers)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).GET(), headers);
    }

    /** Sends a request. */
    public HttpResponse<String> send(HttpRequest.Builder request, String... headers)
            throws IOException, InterruptedException {
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.timeout(BOUND).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What the admin listener says at a path. */
    public String admin(String path) throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + host.adminPort() + path);
        return client.send(
                        HttpRequest.newBuilder(uri).timeout(BOUND).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Waits until a condition holds. */
    public static void await(String what, Condition condition) throws Exception {
        var deadline = System.nanoTime() + BOUND.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Something that comes true. */
    @FunctionalInterface
    public interface Condition {

        /** Whether it is true now. */
        boolean holds() throws Exception;
    }

    /** The lines of one kind that the terminal was told so far. */
    public <L extends Line> List<L> lines(Class<L> kind) throws InterruptedException {
        terminal.flush();
        return lines.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public void close() {
        host.close();
        terminal.close();
        client.close();
    }
}
