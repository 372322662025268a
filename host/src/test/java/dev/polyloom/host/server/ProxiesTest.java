// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.bridge.Headers;
import dev.polyloom.bridge.RequestHead.Endpoint;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxiesTest {

    private static final Endpoint PROXY = new Endpoint("10.0.0.1", 5);

    private static Headers forwarded(String chain) {
        return Headers.ofFlat("x-forwarded-for", chain, "x-forwarded-proto", "https");
    }

    @Test
    void believesNobodyUnlessToldTo() {
        var proxies = new Proxies(Set.of());
        assertThat(proxies.client(PROXY, forwarded("1.2.3.4"))).isEqualTo(PROXY);
        assertThat(proxies.scheme(PROXY, forwarded("1.2.3.4"), "http")).isEqualTo("http");
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.3.4, 1.2.3.4",
        "'6.6.6.6, 1.2.3.4', 1.2.3.4",
        "'1.2.3.4, 10.0.0.1', 1.2.3.4",
        "1.2.3.4:99, 1.2.3.4",
        "[2001:db8::1]:9, 2001:db8::1",
        "<script>, 10.0.0.1"
    })
    void takesTheLastAddressThatIsNoProxy(String chain, String client) {
        var proxies = new Proxies(Set.of("10.0.0.1"));
        assertThat(proxies.client(PROXY, forwarded(chain)).host()).isEqualTo(client);
        assertThat(proxies.scheme(PROXY, forwarded(chain), "http")).isEqualTo("https");
    }
}
