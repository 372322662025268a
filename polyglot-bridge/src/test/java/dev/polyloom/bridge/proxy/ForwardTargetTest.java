// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.bridge.proxy.ForwardTarget.ForbiddenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of a proxy ask for. */
final class ForwardTargetTest {

    @Test
    void aTunnelNamesHostAndPort() {
        ForwardTarget target = ForwardTarget.of("CONNECT pypi.org:443 HTTP/1.1");
        assertThat(target.tunnel()).isTrue();
        assertThat(target.host()).isEqualTo("pypi.org");
        assertThat(target.port()).isEqualTo(443);
        assertThat(ForwardTarget.of("CONNECT [2001:db8::1]:80 HTTP/1.1").host())
                .isEqualTo("2001:db8::1");
    }

    @Test
    void anAddressBecomesWhatTheServerIsAskedFor() {
        ForwardTarget target = ForwardTarget.of("GET HTTP://me:it@a.test:81/b?c=d@e HTTP/1.0");
        assertThat(target)
                .isEqualTo(
                        new ForwardTarget(
                                false, "a.test:81", "a.test", 81, "GET /b?c=d@e HTTP/1.0"));
        assertThat(ForwardTarget.of("POST http://[::2]?q HTTP/1.1"))
                .isEqualTo(new ForwardTarget(false, "[::2]", "::2", 80, "POST /?q HTTP/1.1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET / HTTP/1.1",
                "GET https://a.test/ HTTP/1.1",
                "GET http://a.test/",
                "GET http://a.test/ x HTTP/1.1",
                "GET http://a.test/ HTTP/2",
                "GET http:///x HTTP/1.1",
                "GET http://a.test:0/ HTTP/1.1",
                "GET http://a.test:65536/ HTTP/1.1",
                "GET http://a.test:x/ HTTP/1.1",
                "CONNECT a.test HTTP/1.1",
                "CONNECT :443 HTTP/1.1",
            })
    void everythingElseIsRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> ForwardTarget.of(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:1",
                "127.0.0.1:1",
                "127.9.9.9:1",
                "[::1]:1",
                "0.0.0.0:1",
                "[::]:1",
                "[::ffff:127.0.0.1]:1",
                "2130706433:1",
                "127.1:1"
            })
    void theHostsLoopbackAddressIsNotDialed(String authority) {
        ForwardTarget target = ForwardTarget.of("CONNECT " + authority + " HTTP/1.1");
        assertThatThrownBy(target::dial).isInstanceOf(ForbiddenException.class);
    }
}
