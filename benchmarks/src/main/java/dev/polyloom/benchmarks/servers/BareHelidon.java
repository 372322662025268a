// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import dev.polyloom.benchmarks.apps.Application;
import dev.polyloom.benchmarks.apps.ApplicationFolder;
import dev.polyloom.benchmarks.apps.Kind;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One route on the library that Polyloom serves with, and nothing else. Immutable.
 *
 * @param name its name in tables
 * @param options for its JVM
 */
public record BareHelidon(String name, List<String> options) implements Contender {

    /** Its name in tables. */
    public static final String NAME = "helidon";

    private static final String LIKEWISE = "helidon-host-jvm";

    /** Copies the options. */
    public BareHelidon {
        options = List.copyOf(options);
    }

    /** As one would start it. */
    public static BareHelidon usual() {
        return new BareHelidon(NAME, List.of("-Xmx2g"));
    }

    /** With the compiler and the collector that a host has, so that only code differs. */
    public static BareHelidon like(Polyloom host) throws IOException {
        return new BareHelidon(LIKEWISE, host.jvmOptions());
    }

    @Override
    public Set<Kind> kinds() {
        return Set.of(Kind.JAVA);
    }

    @Override
    public boolean compiles() {
        return true;
    }

    @Override
    public Command command(
            Application application, ApplicationFolder files, int port, int workers) {
        List<String> words = new ArrayList<>();
        words.add(System.getProperty("java.home") + "/bin/java");
        words.addAll(options);
        words.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        BareHelidon.class.getName(),
                        Integer.toString(port)));
        return new Command(words, files.path());
    }

    public static void main(String[] arguments) {
        WebServer.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(arguments[0]))
                .routing(routing ->
                        routing.get("/nothing", (_, response) -> response.send("nothing"))
                                .get(
                                        "/",
                                        (request, response) -> {
                                            int x = request.query().first("x").asInt().get();
                                            response.header(
                                                    HeaderNames.CONTENT_TYPE, "application/json");
                                            response.send("{\"square\":" + x * x + "}");
                                        }))
                .build()
                .start();
    }
}
