// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.Request;
import dev.polyloom.benchmarks.servers.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks servers and looks at their answers. Thread-safe. */
public final class Probe implements AutoCloseable {

    private static final Duration ANSWER_WAIT = Duration.ofMinutes(1);
    private static final Duration START_WAIT = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 5;
    private static final int SHOWN_MAX = 300;

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(ANSWER_WAIT)
                    .build();

    /** Makes one. */
    public Probe() {}

    /** One request on the loopback address. */
    public HttpResponse<String> send(int port, Request request)
            throws IOException, InterruptedException {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + request.path()))
                        .timeout(ANSWER_WAIT)
                        .method(
                                request.method(),
                                request.body().isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(request.body()));
        if (!request.contentType().isEmpty()) {
            builder.header("content-type", request.contentType());
        }
        return client.send(builder.build(), BodyHandlers.ofString());
    }

    /** What is wrong with the server's answer; empty when nothing is. */
    public Optional<String> fault(int port, Request request, String expected)
            throws InterruptedException {
        try {
            HttpResponse<String> answer = send(port, request);
            return right(answer, expected) ? Optional.empty() : Optional.of(shown(answer));
        } catch (IOException e) {
            return Optional.of("no answer: " + e);
        }
    }

    /**
     * Waits for the first right answer.
     *
     * @return the time from the server's start in seconds
     * @throws ServerException when the server ends, fails or takes longer than two minutes
     */
    public double awaitFirst(ServerProcess server, Request request, String expected)
            throws ServerException, InterruptedException {
        String last = "no connection";
        while (System.nanoTime() - server.startedNanos() < START_WAIT.toNanos()) {
            if (!server.alive()) {
                throw new ServerException("it ended at start:\n" + server.lastLines());
            }
            try {
                HttpResponse<String> answer = send(server.port(), request);
                if (right(answer, expected)) {
                    return (System.nanoTime() - server.startedNanos())
                            / (double) TimeUnit.SECONDS.toNanos(1);
                }
                last = shown(answer);
                if (answer.statusCode() / 100 == 2 || answer.statusCode() == 500) {
                    throw new ServerException(last + "\n" + server.lastLines());
                }
            } catch (IOException e) {
                last = e.toString();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new ServerException(
                "no right answer within "
                        + START_WAIT.toSeconds()
                        + " s ("
                        + last
                        + ")\n"
                        + server.lastLines());
    }

    /** Whether the server gives this answer now. */
    public boolean answers(int port, Request request, String expected) throws InterruptedException {
        return fault(port, request, expected).isEmpty();
    }

    private static boolean right(HttpResponse<String> answer, String expected) {
        return answer.statusCode() == 200 && answer.body().equals(expected);
    }

    private static String shown(HttpResponse<String> answer) {
        String body = answer.body();
        return "it answered "
                + answer.statusCode()
                + ": "
                + body.substring(0, Math.min(SHOWN_MAX, body.length()));
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
