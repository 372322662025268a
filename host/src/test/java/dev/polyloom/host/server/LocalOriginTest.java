// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalOriginTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "LOCALHOST:9090", "127.0.0.1:1", "[::1]:9090", "a.localhost"})
    void takesLocalNames(String host) {
        assertThat(LocalOrigin.refusal(Optional.of(host), Optional.empty())).isEmpty();
        assertThat(LocalOrigin.refusal(Optional.of(host), Optional.of("http://" + host))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "10.0.0.1",
                "user@localhost@evil.example",
                "",
                "/",
                "null"
            })
    void refusesOthers(String host) {
        assertThat(LocalOrigin.refusal(Optional.of(host), Optional.empty())).isPresent();
        assertThat(LocalOrigin.refusal(Optional.of("localhost"), Optional.of("https://" + host)))
                .isPresent();
    }

    @Test
    void refusesNamelessRequestsAndOpaqueOrigins() {
        assertThat(LocalOrigin.refusal(Optional.empty(), Optional.empty())).isPresent();
        assertThat(LocalOrigin.refusal(Optional.of("localhost"), Optional.of("null"))).isPresent();
    }
}
