// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.benchmarks.apps.Applications;
import dev.polyloom.benchmarks.load.WrkResult;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Also makes results for the tests of reports. */
public final class ApplicationResultTest {

    /** A server whose rounds had these rates. */
    public static ServerResult server(String name, double... rates) {
        return new ServerResult(
                name,
                List.of(0.5, 0.7, 0.6),
                new Curve(List.of(new Curve.Window(2, 500), new Curve.Window(4, 1_000))),
                Arrays.stream(rates)
                        .mapToObj(rate ->
                                new ServerResult.Round(
                                        new WrkResult((long) rate, rate, 1, 2, Optional.empty()),
                                        1))
                        .toList(),
                64 << 20,
                Optional.empty());
    }

    /** A server that failed in its second round. */
    public static ServerResult failed(String name) {
        return new ServerResult(
                name,
                List.of(),
                new Curve(List.of()),
                server(name, 1_000).rounds(),
                0,
                Optional.of("under load: Socket errors\nand more"));
    }

    /** What the servers did with the first application. */
    public static ApplicationResult result(ServerResult... servers) {
        return new ApplicationResult(Applications.all().getFirst(), List.of(servers));
    }

    @Test
    void dividesRoundByRound() {
        var peer = server("uvicorn", 1_000, 2_000, 500);
        var result = result(server("polyloom", 2_000, 2_000, 2_000), peer);
        var ratio = result.ratio(peer).orElseThrow();
        assertThat(ratio.min()).isEqualTo(1);
        assertThat(ratio.median()).isEqualTo(2);
        assertThat(ratio.max()).isEqualTo(4);
    }

    @Test
    void theBestPeerIsTheFastestOfThoseThatAnswered() {
        var result =
                result(
                        server("polyloom", 9_000),
                        server("uvicorn", 1_000),
                        server("granian", 1_500),
                        failed("hypercorn"));
        assertThat(result.bestPeer()).map(ServerResult::server).contains("granian");
        assertThat(result.ratio(result.peers().getLast())).isEmpty();
    }

    @Test
    void thereIsNoRatioOfAPolyloomThatFailed() {
        var peer = server("uvicorn", 1_000);
        assertThat(result(failed("polyloom"), peer).ratio(peer)).isEmpty();
    }

    @Test
    void figuresOfAServerAreMediansOfItsRounds() {
        var server = server("uvicorn", 1_000, 4_000, 2_000);
        assertThat(server.rate().median()).isEqualTo(2_000);
        assertThat(server.cpuMillisPerRequest()).isEqualTo(0.5);
        assertThat(server.p50Millis()).isEqualTo(1);
    }

    @Test
    void thePeakMayComeAfterTheWarmUp() {
        assertThat(server("polyloom", 1_000).secondsToPeak()).hasValue(4);
        assertThat(server("polyloom", 5_000).secondsToPeak()).isEmpty();
    }
}
