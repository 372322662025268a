// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** The guide's listings, unmodified, answer as the guide says. */
@ExtendWith(HostOutput.class)
@TestInstance(Lifecycle.PER_CLASS)
final class ListingsIT {

    private static final Path LISTINGS = Path.of("../python-compat/src/test/python/listings");
    private static final String JSON = "application/json";

    private HostProcess host;

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        host =
                HostProcess.serve(
                        "--secret",
                        "my-web-auth-token:AUTH_TOKEN=secret-random-token",
                        LISTINGS.toString());
    }

    @AfterAll
    void stop() throws Exception {
        host.stop();
    }

    @Test
    void helloAnswersJson() throws Exception {
        assertThat(host.get("/hello-f-dev/").body()).isEqualTo("\"Hello world!\"");
    }

    @Test
    void aTypedQueryParameterIsRead() throws Exception {
        assertThat(host.get("/square-square-dev/?x=42").body()).isEqualTo("{\"square\":1764}");
    }

    @Test
    void aWrongParameterIsFastApis422() throws Exception {
        var response = host.get("/square-square-dev/?x=no");
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body()).contains("\"type\":\"int_parsing\",\"loc\":[\"query\",\"x\"]");
    }

    @Test
    void aJsonObjectIsTaken() throws Exception {
        assertThat(host.post("/square-post-square-dev/", JSON, "{\"x\": 42}").body())
                .isEqualTo("{\"square\":1764}");
    }

    @Test
    void theWrongMethodIsToldWithAllow() throws Exception {
        var response = host.get("/square-post-square-dev/");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).contains("POST");
    }

    @Test
    void aBodyThatIsNotJsonIs422() throws Exception {
        assertThat(host.post("/square-post-square-dev/", JSON, "{nonsense").statusCode())
                .isEqualTo(422);
    }

    @Test
    void aModelIsReadWithThePackageThatTheImageAsksFor() throws Exception {
        var response = host.post("/item-f-dev/", JSON, "{\"name\": \"Erik\", \"qty\": 10}");
        assertThat(response.body()).isEqualTo("<html>Hello, Erik!</html>");
        assertThat(response.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/html");
    }

    @Test
    void anAsgiApplicationIsServed() throws Exception {
        assertThat(host.post("/asgi-fastapi-app-dev/foo", JSON, "{\"a\":[1,2]}").body())
                .isEqualTo("{\"a\":[1,2]}");
        assertThat(host.get("/asgi-fastapi-app-dev/bar?arg=you").body())
                .isEqualTo("<h1>Hello Fast you!</h1>");
    }

    @Test
    void aWsgiApplicationIsServed() throws Exception {
        assertThat(host.get("/wsgi-flask-app-dev/").body()).isEqualTo("Hello Flask World!");
        assertThat(host.post("/wsgi-flask-app-dev/echo", JSON, "{\"a\": 1}").body().strip())
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void theSecretLetsInAndWhatItPrintsIsLabelled() throws Exception {
        assertThat(
                        host.get(
                                        "/auth-example-f-dev/",
                                        "authorization",
                                        "Bearer secret-random-token")
                                .body())
                .isEqualTo("\"success!\"");
        assertThat(host.printed("[auth/f] secret-random-token")).isTrue();
        var refused = host.get("/auth-example-f-dev/", "authorization", "Bearer wrong");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate")).contains("Bearer");
    }

    @Test
    void thePeerIsKnown() throws Exception {
        assertThat(host.get("/client-ip-get-ip-address-dev/").body())
                .isEqualTo("\"Your IP address is 127.0.0.1\"");
    }

    @Test
    void anUnknownLabelIs404() throws Exception {
        var response = host.get("/nobody/");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.headers().firstValue("content-type"))
                .contains("application/problem+json");
    }
}
