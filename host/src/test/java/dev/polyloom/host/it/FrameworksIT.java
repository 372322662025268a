// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Applications of well-known frameworks, on one host, asked as browsers and programs ask them. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(300)
final class FrameworksIT {

    private static final Path APPS = Path.of("src/test/apps/frameworks");
    private static final Duration BOUND = Duration.ofMinutes(2);
    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String FLASK = "/flask-site-site-dev";
    private static final String DJANGO = "/blog-web-dev";
    private static final String STAR = "/star-web-dev";
    private static final String FAST = "/fast-tutorial-dev";
    private static final String QUART = "/quartz-web-dev";
    private static final Pattern CSRF =
            Pattern.compile("name=\"csrfmiddlewaretoken\" value=\"(\\w+)\"");

    private HostProcess host;

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        host = HostProcess.serve(APPS.toString());
    }

    @AfterAll
    void stop() throws Exception {
        host.stop();
    }

    // Flask

    @Test
    void flaskRoutesAndRendersBelowItsMount() throws Exception {
        assertThat(host.get(FLASK + "/").body())
                .isEqualTo("<a href='" + FLASK + "/pages/7'>&lt;&gt;</a>");
        assertThat(host.get(FLASK + "/pages/7?a=1&a=2").body().strip())
                .isEqualTo("{\"args\":{\"a\":[\"1\",\"2\"]},\"number\":7}");
        assertThat(host.get(FLASK + "/pages/seven").statusCode()).isEqualTo(404);
        var failed = host.get(FLASK + "/fail");
        assertThat(failed.statusCode()).isEqualTo(422);
        assertThat(failed.headers().firstValue("x-mark")).contains("after");
    }

    @Test
    void flaskKeepsSessions() throws Exception {
        assertThat(host.get(FLASK + "/me").statusCode()).isEqualTo(401);
        try (Browser browser = new Browser()) {
            assertThat(browser.post(FLASK + "/login", FORM, "user=ann").body().strip())
                    .isEqualTo("{\"flashed\":[\"welcome\"],\"user\":\"ann\"}");
            assertThat(browser.get(FLASK + "/me").body().strip())
                    .isEqualTo("{\"flashed\":[],\"user\":\"ann\"}");
        }
    }

    @Test
    void flaskTakesFilesAndSendsFilesAndStreams() throws Exception {
        assertThat(upload(FLASK + "/upload", "note", "hi").body().strip())
                .isEqualTo("{\"name\":\"a.txt\",\"note\":\"hi\",\"size\":5}");
        var part = host.get(FLASK + "/file", "range", "bytes=2-4");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("234");
        assertThat(host.get(FLASK + "/stream?word=w").body()).isEqualTo("w 0\nw 1\nw 2\n");
        var style = host.get(FLASK + "/static/site.css");
        assertThat(style.body()).contains("teal");
        var tag = style.headers().firstValue("etag").orElseThrow();
        assertThat(host.get(FLASK + "/static/site.css", "if-none-match", tag).statusCode())
                .isEqualTo(304);
    }

    // Django

    @Test
    void djangoKeepsObjectsInItsDatabase() throws Exception {
        assertThat(host.post(DJANGO + "/add", FORM, "author=Ann&title=One&words=5").statusCode())
                .isEqualTo(201);
        assertThat(host.post(DJANGO + "/add", FORM, "author=Ann&title=Two&words=7").statusCode())
                .isEqualTo(201);
        assertThat(host.get(DJANGO + "/").body())
                .contains("<h1>Posts &amp; more</h1>", "<p>One by Ann</p><p>Two by Ann</p>");
        assertThat(host.get(DJANGO + "/summary").body()).isEqualTo("{\"Ann\": [2, 12]}");
        assertThat(host.get(DJANGO + "/posts/1").body())
                .isEqualTo("{\"title\": \"One\", \"author\": \"Ann\"}");
        assertThat(host.get(DJANGO + "/posts/99").statusCode()).isEqualTo(404);
        assertThat(host.get(DJANGO + "/add").statusCode()).isEqualTo(405);
    }

    @Test
    void djangoKeepsSessionsTakesFilesAndStreams() throws Exception {
        try (Browser browser = new Browser()) {
            assertThat(browser.get(DJANGO + "/visits").body()).contains("\"visits\": 1");
            assertThat(browser.get(DJANGO + "/visits").body()).contains("\"visits\": 2");
        }
        assertThat(upload(DJANGO + "/upload", "note", "").body())
                .isEqualTo("{\"name\": \"a.txt\", \"size\": 5, \"start\": \"hel\"}");
        assertThat(host.get(DJANGO + "/stream").body()).isEqualTo("part 0\npart 1\npart 2\n");
        assertThat(host.get(DJANGO + "/static/site.css").body()).contains("teal");
    }

    @Test
    void djangosAdminLetsOneInAndAddsAnObject() throws Exception {
        try (Browser browser = new Browser()) {
            var login = browser.get(DJANGO + "/admin/");
            assertThat(login.uri().getPath()).isEqualTo(DJANGO + "/admin/login/");
            assertThat(login.body()).contains(DJANGO + "/static/admin/css/base.css");
            assertThat(browser.get(DJANGO + "/static/admin/css/base.css").body())
                    .contains("paginator");
            var index =
                    browser.post(
                            DJANGO + "/admin/login/?next=" + DJANGO + "/admin/",
                            FORM,
                            form(
                                    "csrfmiddlewaretoken", token(login),
                                    "username", "root",
                                    "password", "pass"));
            assertThat(index.body()).contains("Site administration", "Authors", "Posts");
            var adding = browser.get(DJANGO + "/admin/posts/author/add/");
            var list =
                    browser.post(
                            DJANGO + "/admin/posts/author/add/",
                            FORM,
                            form("csrfmiddlewaretoken", token(adding), "name", "Zoë"));
            assertThat(list.uri().getPath()).isEqualTo(DJANGO + "/admin/posts/author/");
            assertThat(list.body()).contains("Zoë", "was added successfully");
            var forged = browser.post(DJANGO + "/admin/posts/author/add/", FORM, "name=Eve");
            assertThat(forged.statusCode()).isEqualTo(403);
        }
    }

    @Test
    void djangoRunsOverAsgiToo() throws Exception {
        assertThat(host.get("/blog-asynchronous-dev/").body())
                .contains("<h1>Posts &amp; more</h1>none");
        assertThat(host.get("/blog-asynchronous-dev/stream").body()).contains("part 2");
    }

    private static String token(HttpResponse<String> page) {
        Matcher matcher = CSRF.matcher(page.body());
        assertThat(matcher.find()).as(page.body()).isTrue();
        return matcher.group(1);
    }

    // Starlette

    @Test
    void starletteRoutesWithStateAndErrors() throws Exception {
        assertThat(host.get(STAR + "/users/bob").body())
                .isEqualTo("{\"user\":\"bob\",\"state\":\"from the lifespan\"}");
        assertThat(host.get(STAR + "/teapot").body()).isEqualTo("{\"detail\":\"short and stout\"}");
        try (Browser browser = new Browser()) {
            var moved = browser.get(STAR + "/old");
            assertThat(moved.uri().getPath()).isEqualTo(STAR + "/visits");
            assertThat(moved.body()).isEqualTo("{\"visits\":1}");
            assertThat(browser.get(STAR + "/visits").body()).isEqualTo("{\"visits\":2}");
        }
    }

    @Test
    void starletteStreamsCompressesAndTakesForms() throws Exception {
        var events = host.get(STAR + "/events");
        assertThat(events.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/event-stream");
        assertThat(events.body()).isEqualTo("data: 0\n\ndata: 1\n\ndata: 2\n\n");
        assertThat(
                        host.get(STAR + "/large", "accept-encoding", "gzip")
                                .headers()
                                .firstValue("content-encoding"))
                .contains("gzip");
        assertThat(upload(STAR + "/form", "note", "hi").body())
                .isEqualTo("{\"name\":\"a.txt\",\"size\":5,\"note\":\"hi\"}");
        assertThat(host.get(STAR + "/static/site.css").body()).contains("teal");
    }

    @Test
    void starletteRunsTasksAfterItsAnswer() throws Exception {
        assertThat(host.get(STAR + "/later?what=a").statusCode()).isEqualTo(200);
        host.await(
                "the task has run", BOUND, () -> body(STAR + "/later?what=b").contains("[\"a\""));
    }

    @Test
    void starletteSpeaksWebSocket() throws Exception {
        assertThat(talk(STAR + "/ws", "{\"a\": 1}"))
                .isEqualTo("{\"path\":\"" + STAR + "/ws\",\"data\":{\"a\":1}}");
    }

    // FastAPI

    @Test
    void fastApiReadsPathsAndQueries() throws Exception {
        assertThat(host.get(FAST + "/models/alexnet").body())
                .isEqualTo("{\"model\":\"alexnet\",\"resource\":\"loaded\"}");
        assertThat(host.get(FAST + "/models/nope").statusCode()).isEqualTo(422);
        assertThat(host.get(FAST + "/files/a/b.txt").body()).isEqualTo("{\"path\":\"a/b.txt\"}");
        assertThat(host.get(FAST + "/items/?q=fixedquery&tag=a&tag=b&short=yes").body())
                .isEqualTo(
                        "{\"q\":\"fixedquery\",\"tag\":[\"a\",\"b\"],\"skip\":0,\"short\":true}");
        assertThat(host.get(FAST + "/items/?q=no").body()).contains("string_too_short");
        assertThat(host.get(FAST + "/html", "x-version", "0").body())
                .isEqualTo("{\"detail\":\"too old\"}");
    }

    @Test
    void fastApiReadsModels() throws Exception {
        assertThat(
                        put(
                                        FAST + "/items/5?q=z",
                                        "{\"item\":{\"name\":\"Foo\",\"price\":1.5,\"tags\":[\"x\"],"
                                                + "\"images\":[{\"url\":\"http://example.com/b.jpg\","
                                                + "\"name\":\"b\"}]},\"importance\":5}")
                                .body())
                .isEqualTo(
                        "{\"item_id\":5,\"item\":{\"name\":\"Foo\",\"price\":1.5,\"tags\":[\"x\"],"
                                + "\"images\":[{\"url\":\"http://example.com/b.jpg\",\"name\":\"b\"}]},"
                                + "\"importance\":5,\"q\":\"z\"}");
        assertThat(
                        put(
                                        FAST + "/items/0",
                                        "{\"item\":{\"name\":\"F0o\",\"price\":-1},"
                                                + "\"importance\":0}")
                                .body())
                .contains("greater_than_equal", "digits are not welcome", "importance");
        assertThat(
                        put(
                                        FAST + "/types/6f9619ff-8b86-d011-b42d-00c04fc964ff",
                                        "{\"start\":\"2026-01-01T00:00:00Z\",\"process_after\":3600}")
                                .body())
                .contains("\"end\":\"2026-01-01T01:00:00");
        var made = host.post(FAST + "/user/", JSON, "{\"username\":\"u\",\"password\":\"p\"}");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).isEqualTo("{\"username\":\"u\"}");
    }

    @Test
    void fastApiReadsCookiesFormsAndFiles() throws Exception {
        var cookie = host.get(FAST + "/cookie/", "cookie", "ads_id=3");
        assertThat(cookie.body()).isEqualTo("{\"ads_id\":\"3\"}");
        assertThat(cookie.headers().firstValue("set-cookie").orElseThrow()).contains("seen=yes");
        assertThat(cookie.headers().firstValue("x-process-time")).isPresent();
        assertThat(host.post(FAST + "/form/", FORM, "username=u&password=ppp").body())
                .isEqualTo("{\"username\":\"u\",\"length\":3}");
        assertThat(upload(FAST + "/upload/", "token", "t").body())
                .isEqualTo("{\"size\":5,\"names\":[\"b.txt\"],\"token\":\"t\"}");
    }

    @Test
    void fastApiInjectsDependenciesAndChecksWhoAsks() throws Exception {
        assertThat(host.get(FAST + "/depends/?limit=3").body())
                .startsWith("{\"skip\":0,\"limit\":3,\"session\":\"a session\"");
        assertThat(host.get(FAST + "/users/me").statusCode()).isEqualTo(401);
        assertThat(host.post(FAST + "/token", FORM, "username=johndoe&password=secret").body())
                .contains("\"access_token\":\"johndoe-token\"");
        assertThat(host.get(FAST + "/users/me", "authorization", "Bearer johndoe-token").body())
                .isEqualTo("{\"username\":\"johndoe\",\"scopes\":[\"me\"]}");
        assertThat(host.get(FAST + "/unicorns/yolo").statusCode()).isEqualTo(418);
        assertThat(host.post(FAST + "/notify/a@b.c", JSON, "").statusCode()).isEqualTo(200);
        host.await("the mail is noted", BOUND, () -> body(FAST + "/log").contains("mail to a@b.c"));
    }

    @Test
    void fastApiIncludesMountsAndDescribes() throws Exception {
        assertThat(host.post(FAST + "/admin/", JSON, "").body()).contains("schwifty");
        assertThat(host.get(FAST + "/subapi/sub").body())
                .contains("\"root\":\"" + FAST + "/subapi\"");
        assertThat(host.get(FAST + "/static/site.css").body()).contains("teal");
        assertThat(host.get(FAST + "/numbers").body()).isEqualTo("0,1,2,3,4,");
        assertThat(host.get(FAST + "/openapi.json").body())
                .contains("\"openapi\":\"3.1.0\"", "\"/items/{item_id}\"", "OAuth2PasswordBearer");
        assertThat(host.get(FAST + "/docs").body()).contains(FAST + "/openapi.json");
        var preflight =
                host.get(FAST + "/html", "origin", "https://example.org")
                        .headers()
                        .firstValue("access-control-allow-origin");
        assertThat(preflight).contains("https://example.org");
    }

    @Test
    void fastApiSpeaksWebSocket() throws Exception {
        assertThat(talk(FAST + "/ws/room?token=t", "hi")).isEqualTo("room/t: hi");
        host.await("the room is left", BOUND, () -> body(FAST + "/log").contains("left room"));
    }

    // Quart

    @Test
    void quartAnswersWithTemplatesJsonFormsAndSessions() throws Exception {
        assertThat(host.get(QUART + "/").body()).isEqualTo("<b>&lt;quart&gt;</b> started");
        assertThat(host.post(QUART + "/echo?b=2", JSON, "{\"a\":1}").body().strip())
                .isEqualTo("{\"args\":{\"b\":\"2\"},\"data\":{\"a\":1}}");
        assertThat(host.get(QUART + "/me").statusCode()).isEqualTo(401);
        try (Browser browser = new Browser()) {
            assertThat(browser.upload(QUART + "/form", "user", "ann").body().strip())
                    .isEqualTo("{\"size\":5,\"user\":\"ann\"}");
            assertThat(browser.get(QUART + "/me").body()).isEqualTo("ann");
        }
    }

    @Test
    void quartStreamsAndSpeaksWebSocket() throws Exception {
        assertThat(host.get(QUART + "/stream").body()).isEqualTo("part 0\npart 1\npart 2\n");
        assertThat(talk(QUART + "/ws", "hello")).isEqualTo("quart hello");
        assertThat(host.get(QUART + "/later").statusCode()).isEqualTo(200);
        host.await("the task has run", BOUND, () -> body(QUART + "/later").contains("later"));
    }

    // Clients

    private String body(String path) throws IOException, InterruptedException {
        return host.get(path).body();
    }

    private HttpResponse<String> put(String path, String json) throws Exception {
        try (Browser browser = new Browser()) {
            return browser.send(
                    HttpRequest.newBuilder(host.url(path))
                            .header("content-type", JSON)
                            .PUT(BodyPublishers.ofString(json)));
        }
    }

    private HttpResponse<String> upload(String path, String field, String value) throws Exception {
        try (Browser browser = new Browser()) {
            return browser.upload(path, field, value);
        }
    }

    private static String form(String... fields) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            text.append(i == 0 ? "" : "&").append(fields[i]).append('=');
            text.append(URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    /** Says one thing on a WebSocket and hears one. */
    private String talk(String path, String said) throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        WebSocket.Listener listener =
                new WebSocket.Listener() {
                    private final StringBuilder text = new StringBuilder();

                    @Override
                    public CompletionStage<?> onText(
                            WebSocket ws, CharSequence data, boolean last) {
                        text.append(data);
                        if (last) {
                            heard.complete(text.toString());
                        }
                        ws.request(1);
                        return CompletableFuture.completedStage(null);
                    }
                };
        URI address = URI.create(host.url(path).toString().replaceFirst("http", "ws"));
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket =
                    client.newWebSocketBuilder()
                            .buildAsync(address, listener)
                            .get(BOUND.toSeconds(), TimeUnit.SECONDS);
            socket.sendText(said, true).join();
            String answer = heard.get(BOUND.toSeconds(), TimeUnit.SECONDS);
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            return answer;
        }
    }

    /** A client with cookies that follows redirects. */
    private final class Browser implements AutoCloseable {

        private final HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .cookieHandler(new CookieManager())
                        .followRedirects(HttpClient.Redirect.ALWAYS)
                        .build();

        HttpResponse<String> get(String path) throws Exception {
            return send(HttpRequest.newBuilder(host.url(path)));
        }

        HttpResponse<String> post(String path, String type, String body) throws Exception {
            return send(
                    HttpRequest.newBuilder(host.url(path))
                            .header("content-type", type)
                            .POST(BodyPublishers.ofString(body)));
        }

        /** Sends a field, and two files in the fields {@code file} and {@code files}. */
        HttpResponse<String> upload(String path, String field, String value) throws Exception {
            List<String> parts =
                    List.of(
                            "name=\"" + field + "\"\r\n\r\n" + value,
                            "name=\"file\"; filename=\"a.txt\"\r\ncontent-type: text/plain\r\n\r\nhello",
                            "name=\"files\"; filename=\"b.txt\"\r\ncontent-type: text/plain\r\n\r\nb");
            StringBuilder body = new StringBuilder();
            for (String part : parts) {
                body.append("--limit\r\ncontent-disposition: form-data; ").append(part);
                body.append("\r\n");
            }
            body.append("--limit--\r\n");
            return post(path, "multipart/form-data; boundary=limit", body.toString());
        }

        HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
            return client.send(request.timeout(BOUND).build(), BodyHandlers.ofString());
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
