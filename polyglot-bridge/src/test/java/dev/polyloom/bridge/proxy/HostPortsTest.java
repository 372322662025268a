// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port passes from one generation of a function to the next, and never back. */
@Timeout(30)
final class HostPortsTest {

    private static final int PORT = 8000;
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final HostPorts ports = new HostPorts();

    private final class Replica implements HostPorts.Holder {

        private final String function;
        private final long generation;
        private volatile boolean ended;

        Replica(String function, long generation) {
            this.function = function;
            this.generation = generation;
        }

        @Override
        public Object serves() {
            return function;
        }

        @Override
        public long generation() {
            return generation;
        }

        @Override
        public boolean ended() {
            return ended;
        }

        @Override
        public void giveWay() {
            ended = true;
            ports.release(this);
        }
    }

    @Test
    void anEarlierGenerationGivesWay() throws Exception {
        Replica earlier = new Replica("f", 1);
        Replica later = new Replica("f", 2);
        assertThat(ports.claim(PORT, earlier)).isTrue();
        ports.succeed(PORT, later, BOUND);
        assertThat(earlier.ended()).isTrue();
        assertThat(ports.holder(PORT)).contains(later);
    }

    @Test
    void anotherFunctionAndAnotherReplicaKeepTheirPort() throws Exception {
        Replica holder = new Replica("f", 1);
        assertThat(ports.claim(PORT, holder)).isTrue();
        ports.succeed(PORT, new Replica("f", 1), BOUND);
        ports.succeed(PORT, new Replica("g", 2), BOUND);
        assertThat(holder.ended()).isFalse();
        assertThat(ports.holder(PORT)).contains(holder);
    }

    @Test
    void anEarlierGenerationWaitsForALaterOneToFail() throws Exception {
        Replica later = new Replica("f", 2);
        assertThat(ports.claim(PORT, later)).isTrue();
        Replica earlier = new Replica("f", 1);
        FutureTask<Boolean> started =
                new FutureTask<>(() -> {
                    ports.succeed(PORT, earlier, BOUND);
                    return ports.claim(PORT, earlier);
                });
        Thread.ofVirtual().start(started);
        later.giveWay();
        assertThat(started.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anEarlierGenerationThatEndsOrHasWaitedLongStartsNoMore() {
        assertThat(ports.claim(PORT, new Replica("f", 2))).isTrue();
        Replica ended = new Replica("f", 1);
        ended.giveWay();
        assertThatThrownBy(() -> ports.succeed(PORT, ended, BOUND))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a later version");
        assertThatThrownBy(() -> ports.succeed(PORT, new Replica("f", 1), Duration.ZERO))
                .isInstanceOf(IOException.class);
    }
}
