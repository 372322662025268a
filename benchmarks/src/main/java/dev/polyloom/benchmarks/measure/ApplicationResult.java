// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.Application;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What was measured of one application. Immutable.
 *
 * @param servers Polyloom first
 */
public record ApplicationResult(Application application, List<ServerResult> servers) {

    /** Copies the list. */
    public ApplicationResult {
        servers = List.copyOf(servers);
    }

    /** Polyloom's own result. */
    public ServerResult own() {
        return servers.getFirst();
    }

    /** The results of the others. */
    public List<ServerResult> peers() {
        return servers.subList(1, servers.size());
    }

    /** The peer with the highest median throughput, of those that did not fail. */
    public Optional<ServerResult> bestPeer() {
        return peers().stream()
                .filter(peer -> peer.failure().isEmpty())
                .max(Comparator.comparingDouble(peer -> peer.rate().median()));
    }

    /** Polyloom's throughput by a peer's, round by round; empty when one of them failed. */
    public Optional<Summary> ratio(ServerResult peer) {
        int rounds = Math.min(own().rounds().size(), peer.rounds().size());
        if (own().failure().isPresent() || peer.failure().isPresent() || rounds == 0) {
            return Optional.empty();
        }
        return Optional.of(
                Summary.of(
                        IntStream.range(0, rounds)
                                .mapToObj(round -> rate(own(), round) / rate(peer, round))
                                .toList()));
    }

    private static double rate(ServerResult result, int round) {
        return result.rounds().get(round).load().requestsPerSecond();
    }
}
