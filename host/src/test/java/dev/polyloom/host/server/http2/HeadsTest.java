// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests out of lists of fields. */
final class HeadsTest {

    private static final String GET = ":method|GET|:scheme|http|:path|/a?b|:authority|x";

    private static Http2Request request(String fields) throws Http2Exception {
        return Heads.request(5, fields.split("\\|", -1), true, false);
    }

    @Test
    void putsTheHostFirstAndTheCookiesTogether() throws Exception {
        var request = request(GET + "|b|1|cookie|c=1|a|2|b|3|cookie|d=2");
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.path()).isEqualTo("/a?b");
        assertThat(request.contentLength()).isZero();
        var text = new StringBuilder();
        var headers = request.headers();
        for (var i = 0; i < headers.size(); i++) {
            text.append(headers.name(i)).append('=').append(headers.value(i)).append(' ');
        }
        assertThat(text).hasToString("host=x b=1 a=2 b=3 cookie=c=1; d=2 ");
    }

    @Test
    void takesExtendedConnect() throws Exception {
        var request =
                request(
                        ":method|CONNECT|:protocol|websocket|:scheme|https|:path|/chat|:authority|x");
        assertThat(request.protocol()).contains("websocket");
        assertThat(request.path()).isEqualTo("/chat");
        assertThat(request(":method|CONNECT|:authority|x:1").path()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":scheme|http|:path|/|:authority|x",
                ":method|GET|:path|/|:authority|x",
                ":method|GET|:scheme|http|:authority|x",
                ":method|GET|:scheme|http|:path||:authority|x",
                ":method|GET|:scheme|http|:path|a|:authority|x",
                ":method|GET|:scheme|http|:path|/ a|:authority|x",
                ":method|GET|:scheme|http|:path|/",
                ":method|GET|:method|GET|:scheme|http|:path|/|:authority|x",
                ":method|G ET|:scheme|http|:path|/|:authority|x",
                ":method|CONNECT|:scheme|http|:path|/|:authority|x",
                GET + "|:path|/",
                GET + "|:status|200",
                GET + "|a|b|:authority|x",
                GET + "|A|b",
                GET + "||b",
                GET + "|a b|c",
                GET + "|a| b",
                GET + "|a|b\r\nc: d",
                GET + "|connection|close",
                GET + "|transfer-encoding|chunked",
                GET + "|te|gzip",
                GET + "|host|y",
                GET + "|:protocol|websocket",
                GET + "|content-length|1",
                GET + "|content-length|+1",
                GET + "|content-length|0|content-length|0"
            })
    void refusesTheMalformed(String fields) {
        assertThatThrownBy(() -> request(fields))
                .isInstanceOfSatisfying(
                        Http2Exception.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
                            assertThat(e.stream()).isEqualTo(5);
                        });
    }
}
