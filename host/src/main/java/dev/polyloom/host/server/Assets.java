// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import dev.polyloom.bridge.Headers;
import dev.polyloom.host.server.Problem.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is the host's own on the public listener, all of it under {@code /_polyloom/}: the files of
 * the documentation page, and the page of problems. Thread-safe.
 */
final class Assets {

    private static final String PREFIX = "/_polyloom/";
    private static final String SWAGGER = PREFIX + "swagger-ui/";
    private static final String SWAGGER_POM =
            "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
    private static final Set<String> SWAGGER_FILES =
            Set.of(
                    "swagger-ui.css",
                    "swagger-ui-bundle.js",
                    "swagger-ui-standalone-preset.js",
                    "favicon-32x32.png",
                    "favicon-16x16.png",
                    "oauth2-redirect.html");
    private static final Map<String, String> TYPES =
            Map.of(
                    ".css", "text/css; charset=utf-8",
                    ".js", "text/javascript; charset=utf-8",
                    ".png", "image/png",
                    ".html", "text/html; charset=utf-8");

    private final Optional<String> swaggerFolder = swaggerFolder();

    /** Whether a path is the host's own. */
    static boolean owns(String path) {
        return path.startsWith(PREFIX);
    }

    void answer(HostExchange exchange, Problems problems) throws IOException {
        var method = exchange.method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.respond(405, Headers.ofFlat("allow", "GET, HEAD"), new byte[0]);
            return;
        }
        var resource = resource(exchange.rawPath());
        if (resource == null) {
            var detail = "the host has nothing at this path";
            problems.answer(exchange, Problem.of(Kind.UNKNOWN_LABEL, detail));
            return;
        }
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the host lacks " + resource);
            }
            var headers =
                    Headers.ofFlat(
                            "content-type", type(resource), "cache-control", "max-age=86400");
            exchange.respond(200, headers, in.readAllBytes());
        }
    }

    private @Nullable String resource(String path) {
        if (path.equals(PREFIX + "problems")) {
            return "/dev/polyloom/host/server/problems.html";
        }
        if (path.startsWith(SWAGGER) && swaggerFolder.isPresent()) {
            var file = path.substring(SWAGGER.length());
            return SWAGGER_FILES.contains(file) ? swaggerFolder.get() + file : null;
        }
        return null;
    }

    private static String type(String resource) {
        return TYPES.getOrDefault(
                resource.substring(resource.lastIndexOf('.')), "application/octet-stream");
    }

    private static Optional<String> swaggerFolder() {
        try (InputStream in = Assets.class.getResourceAsStream(SWAGGER_POM)) {
            if (in == null) {
                return Optional.empty();
            }
            var properties = new Properties();
            properties.load(in);
            return Optional.ofNullable(properties.getProperty("version"))
                    .map(version -> "/META-INF/resources/webjars/swagger-ui/" + version + "/");
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
