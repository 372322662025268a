// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import dev.polyloom.benchmarks.apps.Application;
import dev.polyloom.benchmarks.apps.ApplicationFolder;
import dev.polyloom.benchmarks.apps.Kind;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import java.util.List;
import java.util.Set;

/** One route on the library that Polyloom serves with, and nothing else. Immutable. */
public record BareHelidon() implements Contender {

    /** Its name in tables. */
    public static final String NAME = "helidon";

    @Override
    public String name() {
        return NAME;
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
        return new Command(
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx2g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BareHelidon.class.getName(),
                        Integer.toString(port)),
                files.path());
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
