// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polyloom.bridge.RateLimit;
import dev.polyloom.bridge.WebKind;
import dev.polyloom.isolates.PoolConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ManifestReaderTest {

    private static String manifest(String pool) {
        return """
        {"name": "shop", "files": ["/apps/shop.py"], "functions": [
          {"name": "buy", "kind": "web_endpoint", "label": null, "methods": ["POST"], "docs": true,
           "pool": %s, "secrets": ["token"],
           "rates": {"all": [10.0, null], "per_client": [0.5, 3]},
           "image": {"packages": ["boto3"], "requirements": [], "env": {"A": "1"}}}]}
        """
                .formatted(pool);
    }

    @Test
    void readsWhatAFunctionDeclares() throws GuestFailure {
        var app = ManifestReader.read(manifest("{\"timeout\": 1.5, \"max_inputs\": 8}"));
        assertThat(app.name()).isEqualTo("shop");
        var entry = app.functions().getFirst();
        assertThat(entry.packages()).containsExactly("boto3");
        assertThat(entry.environment()).containsEntry("A", "1");
        var function = entry.function();
        assertThat(function.kind()).isEqualTo(WebKind.WEB_ENDPOINT);
        assertThat(function.label()).isEmpty();
        assertThat(function.secrets()).containsExactly("token");
        assertThat(function.pool().timeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(function.pool().targetInputs()).isEqualTo(8);
        assertThat(function.rates().all()).contains(new RateLimit(10, 50));
        assertThat(function.rates().perClient()).contains(new RateLimit(0.5, 3));
    }

    @Test
    void whatIsNotDeclaredHasItsDefault() throws GuestFailure {
        assertThat(pool("{}")).isEqualTo(PoolConfig.DEFAULT);
    }

    @Test
    void aMinimumAboveTheDefaultMaximumRaisesIt() throws GuestFailure {
        assertThat(pool("{\"min_containers\": 5}").maxReplicas()).isEqualTo(5);
    }

    @Test
    void replicasAreReplacedWhereThatIsDeclared() throws GuestFailure {
        var pool = pool("{\"max_uses\": 100, \"max_age\": 60, \"recycle_jitter\": 0}");
        assertThat(pool.recycling())
                .isEqualTo(new PoolConfig.Recycling(100, Duration.ofMinutes(1), 0, 0));
        assertThat(pool.singleUse()).isFalse();
        assertThat(pool("{\"max_heap_growth\": 1.5}").recycling().maxHeapGrowthBytes())
                .isEqualTo(3 << 19);
        assertThat(pool("{\"max_uses\": 1}").singleUse()).isTrue();
    }

    @Test
    void theQueueHasBoundsOfItsOwn() throws GuestFailure {
        var pool = pool("{\"max_queued\": 3, \"queue_timeout\": 0.5}");
        assertThat(pool.maxQueued()).isEqualTo(3);
        assertThat(pool.queueTimeout()).isEqualTo(Duration.ofMillis(500));
    }

    private static PoolConfig pool(String json) throws GuestFailure {
        return ManifestReader.read(manifest(json)).functions().getFirst().function().pool();
    }

    @Test
    void anImpossibleSettingNamesTheFunction() {
        assertThatThrownBy(() ->
                        ManifestReader.read(
                                manifest("{\"min_containers\": 3, \"max_containers\": 2}")))
                .isInstanceOf(GuestFailure.class)
                .hasMessageContaining("function 'buy'")
                .hasMessageContaining("min_containers must not exceed max_containers");
    }
}
