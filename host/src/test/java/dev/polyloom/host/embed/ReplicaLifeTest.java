// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.host.terminal.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a replica does before its first input and after its last, with Java functions: their statics
 * are those of one replica.
 */
final class ReplicaLifeTest {

    private static final String APP =
            """
            import dev.polyloom.sdk.Function;
            import dev.polyloom.sdk.WebEndpoint;
            import java.util.concurrent.atomic.AtomicInteger;

            public class Life {
                private static final AtomicInteger SEEN = new AtomicInteger();

                @WebEndpoint
                @Function(warmUp = {"/?by=10", "/?by=100"})
                public int warmed(int by) { return SEEN.addAndGet(by); }

                @WebEndpoint
                @Function(warmUp = "/?by=x")
                public int wrong(int by) { return SEEN.addAndGet(by); }

                @WebEndpoint
                @Function(warmUp = "/")
                public int failing() { throw new IllegalStateException("not even warm"); }

                @WebEndpoint
                @Function(singleUse = true)
                public int once() { return SEEN.incrementAndGet(); }

                @WebEndpoint
                @Function(maxUses = 1, maxReplicas = 1)
                public int worn() { return SEEN.incrementAndGet(); }
            }
            """;

    @TempDir private Path folder;

    private TestHost host;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("Life.java"), APP);
        host = TestHost.serve(folder);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void requestsThatWarmItUpComeFirst() throws Exception {
        assertThat(host.get("/life-warmed-dev/?by=1").body()).isEqualTo("111");
        assertThat(host.get("/life-warmed-dev/?by=1").body()).isEqualTo("112");
        assertThat(host.admin("/metrics"))
                .contains(
                        "polyloom_isolate_start_seconds_count{app=\"Life\",function=\"warmed\","
                                + "phase=\"warm-up\"} 1")
                .contains("polyloom_queue_length{app=\"Life\",function=\"warmed\"} 0.0")
                .contains("polyloom_queue_wait_seconds_bucket{app=\"Life\",function=\"warmed\"");
    }

    @Test
    void oneThatIsRefusedIsTold() throws Exception {
        assertThat(host.get("/life-wrong-dev/?by=1").body()).isEqualTo("1");
        assertThat(host.lines(Line.Note.class))
                .extracting(Line.Note::text)
                .contains("Life/wrong: the warm-up request /?by=x was answered 422");
    }

    @Test
    void oneThatFailsMakesTheStartFail() throws Exception {
        var answer = host.get("/life-failing-dev/");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("not even warm");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    void itIsReplacedAfterItsUses() throws Exception {
        for (var i = 0; i < 3; i++) {
            assertThat(host.get("/life-once-dev/").body()).isEqualTo("1");
            assertThat(host.get("/life-worn-dev/").body()).isEqualTo("1");
        }
    }
}
