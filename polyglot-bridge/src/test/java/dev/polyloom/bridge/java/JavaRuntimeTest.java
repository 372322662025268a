// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.InputOutcome;
import dev.polyloom.bridge.InputOutcome.AppFailed;
import dev.polyloom.bridge.InputOutcome.Completed;
import dev.polyloom.bridge.InputOutcome.NotBegun;
import dev.polyloom.bridge.InputOutcome.TimedOut;
import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.bridge.WebIsolate;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class JavaRuntimeTest {

    private static final String SHOP =
            """
            import dev.polyloom.sdk.*;
            import java.util.*;

            @App("shop")
            public class Shop {
                public record Order(String item, int quantity) {}
                static int calls;

                @WebEndpoint(method = "POST")
                public Map<String, Object> place(Order order) {
                    return Map.of("item", order.item(), "quantity", order.quantity());
                }

                @WebEndpoint(path = "/items/{id}")
                public String item(@Path long id, @Query(defaultValue = "plain") String style,
                        Optional<Integer> limit, @Header String accept) {
                    return id + " " + style + " " + limit.orElse(-1) + " " + accept;
                }

                @WebEndpoint(method = "POST")
                public String upload(@Form Upload file, @Form(defaultValue = "none") String note,
                        @Form List<Upload> more) {
                    return file.fileName() + " " + file.contentType().orElse("?") + " "
                            + file.content().length + " " + note + " " + more.size();
                }

                @WebEndpoint
                public static int count() {
                    return ++calls;
                }

                @WebEndpoint
                @Function(timeoutSeconds = 0.2)
                public void sleep() throws InterruptedException {
                    Thread.sleep(60_000);
                }

                @WebEndpoint
                public String fail() {
                    throw new IllegalStateException("on purpose");
                }

                @WebEndpoint
                public String refuse() {
                    throw new HttpError(401, "no", Map.of("www-authenticate", "Bearer"));
                }

                @WebEndpoint
                @Function(secrets = "token")
                public String secret(@Secret("KEY") String key) {
                    return key;
                }
            }
            """;

    @TempDir private Path folder;
    private final JavaRuntime runtime = new JavaRuntime();

    private static final AppContext CONTEXT =
            new AppContext() {
                @Override
                public Optional<Map<String, String>> secret(String name) {
                    return name.equals("token")
                            ? Optional.of(Map.of("KEY", "hidden"))
                            : Optional.empty();
                }

                @Override
                public void output(String function, boolean error, String line) {}

                @Override
                public void progress(String message) {}

                @Override
                public boolean development() {
                    return true;
                }
            };

    @AfterEach
    void close() {
        runtime.close();
    }

    private LoadedApp load(String name, String text) throws IOException, AppLoadException {
        Path file = Files.writeString(folder.resolve(name), text);
        return runtime.load(
                new AppSource(file, AppSource.Language.JAVA, Optional.empty(), false), CONTEXT);
    }

    private WebIsolate start(LoadedApp app, String function) throws Exception {
        var manifest =
                app.functions().stream()
                        .filter(found -> found.name().equals(function))
                        .findFirst()
                        .orElseThrow();
        WebIsolate isolate = app.isolate(manifest);
        isolate.start();
        return isolate;
    }

    private MemoryExchange answer(String function, MemoryExchange exchange) throws Exception {
        InputOutcome outcome = start(load("Shop.java", SHOP), function).serve(exchange);
        assertThat(outcome).isEqualTo(new Completed());
        return exchange;
    }

    private static MemoryExchange get(String path, String query, String... headers) {
        return new MemoryExchange("GET", path, query, "", headers);
    }

    @Test
    void readsARecordFromTheBody() throws Exception {
        var exchange =
                answer(
                        "place",
                        new MemoryExchange(
                                "POST", "/", "", "{\"item\": \"tea\", \"quantity\": 2}"));
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(exchange.text()).contains("\"item\":\"tea\"").contains("\"quantity\":2");
    }

    @Test
    void readsPathQueryAndHeader() throws Exception {
        var exchange = answer("item", get("/items/7", "limit=3", "accept", "text/html"));
        assertThat(exchange.text()).isEqualTo("7 plain 3 text/html");
    }

    @Test
    void tellsAllThatIsWrongInFastApisShape() throws Exception {
        var exchange = answer("item", get("/items/seven", "limit=x"));
        assertThat(exchange.status()).isEqualTo(422);
        assertThat(exchange.text())
                .contains("\"type\":\"int_parsing\",\"loc\":[\"path\",\"id\"]")
                .contains("\"loc\":[\"query\",\"limit\"]")
                .contains(
                        "{\"type\":\"missing\",\"loc\":[\"header\",\"accept\"],\"msg\":\"Field required\"");
    }

    @Test
    void aBodyThatIsNotJsonIs422() throws Exception {
        var exchange = answer("place", new MemoryExchange("POST", "/", "", "{nonsense"));
        assertThat(exchange.status()).isEqualTo(422);
        assertThat(exchange.text()).contains("json_invalid");
    }

    private static MemoryExchange form(String... parts) {
        return multipart(String.join("", parts) + "--limit--\r\n");
    }

    private static MemoryExchange multipart(String body) {
        return new MemoryExchange(
                "POST", "/", "", body, "content-type", "multipart/form-data; boundary=limit");
    }

    private static String part(String name, String rest, String content) {
        return "--limit\r\nContent-Disposition: form-data; name=\""
                + name
                + "\""
                + rest
                + "\r\n\r\n"
                + content
                + "\r\n";
    }

    @Test
    void readsFilesAndFieldsOfAMultipartForm() throws Exception {
        String type = "\r\nContent-Type: text/csv";
        var exchange =
                answer(
                        "upload",
                        form(
                                part("file", "; filename=\"a b.csv\"" + type, "1,2\r\n3,4"),
                                part("more", "; filename=\"x\"", ""),
                                part("more", "; filename=\"y\"", "y"),
                                part("note", "", "hello")));
        assertThat(exchange.text()).isEqualTo("a b.csv text/csv 8 hello 2");
    }

    @Test
    void aFileAndATextAreNotTakenForEachOther() throws Exception {
        var exchange =
                answer(
                        "upload",
                        form(part("file", "", "text"), part("note", "; filename=\"n\"", "")));
        assertThat(exchange.status()).isEqualTo(422);
        assertThat(exchange.text())
                .contains("\"loc\":[\"body\",\"file\"],\"msg\":\"Input should be a file\"")
                .contains("\"type\":\"string_type\",\"loc\":[\"body\",\"note\"]");
    }

    @Test
    void aMissingFileIsTold() throws Exception {
        var exchange = answer("upload", form(part("note", "", "hello")));
        assertThat(exchange.status()).isEqualTo(422);
        assertThat(exchange.text()).contains("\"type\":\"missing\",\"loc\":[\"body\",\"file\"]");
    }

    @Test
    void aBrokenMultipartFormIs400() throws Exception {
        var exchange = answer("upload", multipart("--limit\r\nContent-Disposition: form"));
        assertThat(exchange.status()).isEqualTo(400);
        assertThat(exchange.text()).contains("There was an error parsing the body");
    }

    @Test
    void theWrongMethodAndPathAreTold() throws Exception {
        var method = answer("place", get("/", ""));
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.header("allow")).isEqualTo("POST");
        assertThat(answer("count", get("/other", "")).status()).isEqualTo(404);
    }

    @Test
    void anHttpErrorIsAnswered() throws Exception {
        var exchange = answer("refuse", get("/", ""));
        assertThat(exchange.status()).isEqualTo(401);
        assertThat(exchange.header("www-authenticate")).isEqualTo("Bearer");
        assertThat(exchange.text()).isEqualTo("{\"detail\":\"no\"}");
    }

    @Test
    void secretsReachTheFunctionsThatNameThem() throws Exception {
        assertThat(answer("secret", get("/", "")).text()).isEqualTo("hidden");
    }

    @Test
    void staticStateIsAReplicasOwn() throws Exception {
        LoadedApp app = load("Shop.java", SHOP);
        WebIsolate one = start(app, "count");
        WebIsolate two = start(app, "count");
        var exchanges = new MemoryExchange[] {get("/", ""), get("/", ""), get("/", "")};
        one.serve(exchanges[0]);
        one.serve(exchanges[1]);
        two.serve(exchanges[2]);
        assertThat(exchanges[1].text()).isEqualTo("2");
        assertThat(exchanges[2].text()).isEqualTo("1");
    }

    @Test
    void aFaultNamesTheAuthorsLineOnly() throws Exception {
        var outcome = start(load("Shop.java", SHOP), "fail").serve(get("/", ""));
        var error = ((AppFailed) outcome).error();
        assertThat(error.summary()).startsWith("Shop.java:").endsWith("on purpose");
        assertThat(error.traceback()).contains("Shop.fail").doesNotContain("dev.polyloom.bridge");
    }

    @Test
    void theTimeoutInterruptsTheCodeAndNotTheNextInput() throws Exception {
        WebIsolate isolate = start(load("Shop.java", SHOP), "sleep");
        assertThat(isolate.serve(get("/", ""))).isInstanceOf(TimedOut.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(isolate.alive()).isTrue();
    }

    @Test
    void aKilledIsolateTakesNoInput() throws Exception {
        WebIsolate isolate = start(load("Shop.java", SHOP), "count");
        isolate.kill();
        assertThat(isolate.alive()).isFalse();
        assertThat(isolate.serve(get("/", ""))).isInstanceOf(NotBegun.class);
    }

    @Test
    void aCompileErrorHasFileLineAndCaret() {
        assertThatThrownBy(() -> load("Bad.java", "public class Bad {\n    int x = ;\n}\n"))
                .isInstanceOfSatisfying(
                        AppLoadException.class,
                        e -> {
                            assertThat(e.error().summary())
                                    .contains("Bad.java:2: CompileError: illegal start");
                            assertThat(e.error().traceback())
                                    .contains("    int x = ;\n            ^");
                        });
    }

    @Test
    void nothingToServeIsTold() {
        assertThatThrownBy(() -> load("Empty.java", "class Empty {}"))
                .hasMessageContaining("nothing to serve: looked for");
    }

    @Test
    void aHandlerIsServedUnderItsClassName() throws Exception {
        String text =
                """
                import dev.polyloom.sdk.*;
                public class Echo implements HttpHandler {
                    public HttpResponse handle(HttpRequest request) throws Exception {
                        return HttpResponse.of("text/plain", request.body().readAllBytes()).status(201);
                    }
                }
                """;
        LoadedApp app = load("any-name.java", text);
        assertThat(app.name()).isEqualTo("any-name");
        var exchange = new MemoryExchange("PUT", "/deep/path", "", "body");
        start(app, "echo").serve(exchange);
        assertThat(exchange.status()).isEqualTo(201);
        assertThat(exchange.text()).isEqualTo("body");
    }

    @Test
    void reloadsLeaveNoClassLoaderBehind() throws Exception {
        WeakReference<?>[] instances = new WeakReference<?>[50];
        for (int i = 0; i < instances.length; i++) {
            instances[i] = usedLoader();
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (Arrays.stream(instances).anyMatch(each -> each.get() != null)) {
            assertThat(System.nanoTime()).as("some class loader stays").isLessThan(deadline);
            System.gc();
            Thread.onSpinWait();
        }
    }

    private WeakReference<ClassLoader> usedLoader() throws Exception {
        String text =
                """
                import dev.polyloom.sdk.*;
                public class Self {
                    public record Loaded(int code) {}
                    @WebEndpoint public Loaded loader() { return new Loaded(1); }
                }
                """;
        WebIsolate isolate = start(load("Self.java", text), "loader");
        var exchange = get("/", "");
        isolate.serve(exchange);
        assertThat(exchange.text()).isEqualTo("{\"code\":1}");
        var loader = ((JavaIsolate) isolate).loader();
        isolate.stop(Duration.ofSeconds(1));
        return new WeakReference<>(loader);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void anyQueryIsReadWithoutAFault(long seed) {
        String alphabet = "abc=&%+2f0 \u00e4\0";
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(40); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            var fields = UrlEncoded.parse(text.toString());
            assertThat(fields.values()).as("seed %d: %s", seed, text).noneMatch(List::isEmpty);
        }
    }

    @ParameterizedTest
    @CsvSource({"a=1&a=2, a, 1;2", "a=%20b+c, a, ' b c'", "a, a, ''", "a=%zz, a, %zz"})
    void queriesAreDecoded(String query, String name, String values) {
        assertThat(String.join(";", UrlEncoded.parse(query).get(name))).isEqualTo(values);
    }
}
