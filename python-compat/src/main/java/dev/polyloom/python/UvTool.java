// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The program uv, taken from its wheel on the package index and checked against the pinned hash.
 * Thread-safe.
 */
final class UvTool {

    private static final String PINS = "uv.properties";
    private static final String INDEX = "https://pypi.org/simple";
    private static final Duration CONNECT_WAIT = Duration.ofSeconds(30);
    private static final Duration INDEX_WAIT = Duration.ofMinutes(2);
    private static final Duration WHEEL_WAIT = Duration.ofMinutes(15);
    private static final long PROGRAM_BYTES_MAX = 256L << 20;

    private final CacheFolder cache;
    private final Map<String, String> environment;

    UvTool(CacheFolder cache, Map<String, String> environment) {
        this.cache = cache;
        this.environment = environment;
    }

    /** The wheel that holds the program for one kind of machine. */
    private record Pin(String version, String file, String sha256) {}

    /** Returns the program, fetching it first when it is missing. */
    Path ensure(Consumer<String> progress)
            throws EnvironmentException, IOException, InterruptedException {
        Pin pin = pin(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        String name = "uv/bin-" + pin.sha256().substring(0, 20);
        Path folder =
                cache.ensure(
                        name,
                        progress,
                        (building, _) -> {
                            progress.accept("downloading uv " + pin.version());
                            fetch(pin, building);
                        });
        return folder.resolve("uv");
    }

    private static Pin pin(String system, String architecture)
            throws EnvironmentException, IOException {
        Properties pins = Resources.properties(PINS);
        String machine =
                switch (architecture) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64", "arm64" -> "aarch64";
                    case String other -> other;
                };
        String key = system.toLowerCase(Locale.ROOT) + "-" + machine;
        String file = pins.getProperty(key + ".file");
        String sha256 = pins.getProperty(key + ".sha256");
        if (file == null || sha256 == null) {
            throw new EnvironmentException(
                    "Polyloom prepares Python environments on Linux with x86_64 or aarch64,"
                            + " not on "
                            + key,
                    "");
        }
        return new Pin(pins.getProperty("version", ""), file, sha256);
    }

    private void fetch(Pin pin, Path building)
            throws EnvironmentException, IOException, InterruptedException {
        Path wheel = building.resolve("wheel.zip");
        try (HttpClient client =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT_WAIT)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .build()) {
            URI address = wheelAddress(client, pin);
            get(
                    client,
                    HttpRequest.newBuilder(address).build(),
                    BodyHandlers.ofFile(wheel),
                    WHEEL_WAIT);
        }
        String found = ContentHash.ofFile(wheel);
        if (!found.equals(pin.sha256())) {
            throw new EnvironmentException(
                    pin.file() + " has the SHA-256 " + found + ", expected " + pin.sha256(), "");
        }
        unpack(wheel, building.resolve("uv"));
        Files.delete(wheel);
    }

    private URI wheelAddress(HttpClient client, Pin pin)
            throws EnvironmentException, IOException, InterruptedException {
        String index = environment.getOrDefault("UV_DEFAULT_INDEX", INDEX);
        URI page = URI.create((index.endsWith("/") ? index : index + "/") + "uv/");
        HttpRequest request =
                HttpRequest.newBuilder(page)
                        .header("Accept", "application/vnd.pypi.simple.v1+json")
                        .build();
        byte[] body = get(client, request, BodyHandlers.ofByteArray(), INDEX_WAIT);
        for (JsonNode file : JsonMapper.shared().readTree(body).path("files")) {
            if (file.path("filename").asString("").equals(pin.file())) {
                return page.resolve(file.path("url").asString(""));
            }
        }
        throw new EnvironmentException(page + " does not list " + pin.file(), "");
    }

    private static <T> T get(
            HttpClient client,
            HttpRequest request,
            HttpResponse.BodyHandler<T> body,
            Duration bound)
            throws EnvironmentException, InterruptedException {
        var pending = client.sendAsync(request, body);
        try {
            HttpResponse<T> response = pending.get(bound.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new EnvironmentException(
                        request.uri() + " answered " + response.statusCode(), "");
            }
            return response.body();
        } catch (ExecutionException e) {
            throw new EnvironmentException(
                    "could not read " + request.uri() + ": " + e.getCause(), "", e);
        } catch (TimeoutException e) {
            throw new EnvironmentException(
                    "could not read " + request.uri() + " within " + bound.toSeconds() + " s",
                    "",
                    e);
        } finally {
            pending.cancel(true);
        }
    }

    private static void unpack(Path wheel, Path program) throws EnvironmentException, IOException {
        try (InputStream file = Files.newInputStream(wheel);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith(".data/scripts/uv")) {
                    if (entry.getSize() > PROGRAM_BYTES_MAX) {
                        throw new EnvironmentException("the uv in " + wheel + " is too large", "");
                    }
                    Files.copy(zip, program);
                    Files.setPosixFilePermissions(
                            program, PosixFilePermissions.fromString("rwxr-xr-x"));
                    return;
                }
            }
        }
        throw new EnvironmentException("there is no uv in " + wheel, "");
    }
}
