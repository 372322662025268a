// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.report;

import dev.polyloom.benchmarks.measure.ApplicationResult;
import dev.polyloom.benchmarks.measure.Plan;
import dev.polyloom.benchmarks.measure.ServerResult;
import dev.polyloom.benchmarks.measure.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The comparison's results in the forms they are written in. Immutable.
 *
 * @param facts what the figures depend on
 * @param results one an application
 */
public record ComparisonReport(
        Map<String, String> facts, Plan plan, List<ApplicationResult> results) {

    private static final String NOTHING = "–";
    private static final String FAILED = "failed";

    /** Copies the list. */
    public ComparisonReport {
        results = List.copyOf(results);
    }

    /** Whether every server answered rightly all the time. */
    public boolean whole() {
        return results.stream()
                .flatMap(result -> result.servers().stream())
                .allMatch(server -> server.failure().isEmpty());
    }

    /** Polyloom's throughput by that of each peer. */
    public Table ratios() {
        List<String> peers =
                results.stream()
                        .flatMap(result -> result.peers().stream())
                        .map(ServerResult::server)
                        .distinct()
                        .toList();
        List<String> headings = new ArrayList<>(List.of("application", "best peer", "× best peer"));
        peers.forEach(peer -> headings.add("× " + peer));
        return new Table(
                headings, 2, results.stream().map(result -> ratioRow(result, peers)).toList());
    }

    private static List<String> ratioRow(ApplicationResult result, List<String> peers) {
        List<String> row = new ArrayList<>();
        row.add(result.application().name());
        row.add(result.bestPeer().map(ServerResult::server).orElse(NOTHING));
        row.add(ratio(result, result.bestPeer()));
        for (String peer : peers) {
            row.add(
                    ratio(
                            result,
                            result.peers().stream()
                                    .filter(one -> one.server().equals(peer))
                                    .findFirst()));
        }
        return row;
    }

    private static String ratio(ApplicationResult result, Optional<ServerResult> peer) {
        if (peer.isEmpty()) {
            return NOTHING;
        }
        return result.ratio(peer.get()).map(Figures::spread).orElse(FAILED);
    }

    /** All that was measured, a row for each application and server. */
    public Table figures() {
        List<List<String>> rows = new ArrayList<>();
        for (ApplicationResult result : results) {
            for (ServerResult server : result.servers()) {
                rows.add(row(result.application().name(), server));
            }
        }
        return new Table(
                List.of(
                        "application",
                        "server",
                        "req/s",
                        "p50 ms",
                        "p99 ms",
                        "CPU ms/req",
                        "RSS MiB",
                        "first answer s",
                        "90 % of peak s"),
                2,
                rows);
    }

    private static List<String> row(String application, ServerResult server) {
        String start =
                server.startSeconds().isEmpty()
                        ? NOTHING
                        : Figures.of(Summary.of(server.startSeconds()).median());
        if (server.failure().isPresent() || server.rounds().isEmpty()) {
            String why = server.failure().isPresent() ? FAILED : NOTHING;
            return List.of(
                    application,
                    server.server(),
                    why,
                    NOTHING,
                    NOTHING,
                    NOTHING,
                    NOTHING,
                    start,
                    NOTHING);
        }
        return List.of(
                application,
                server.server(),
                Figures.spread(server.rate()),
                Figures.of(server.p50Millis()),
                Figures.of(server.p99Millis()),
                Figures.small(server.cpuMillisPerRequest()),
                Figures.mebibytes(server.residentBytes()),
                start,
                peak(server));
    }

    private static String peak(ServerResult server) {
        return server.secondsToPeak().isPresent()
                ? Figures.of(server.secondsToPeak().getAsDouble())
                : "> "
                        + Figures.of(
                                server.warmUp().windows().isEmpty()
                                        ? 0
                                        : server.warmUp().windows().getLast().endSeconds());
    }

    /** Why servers failed, a line each; empty when none did. */
    public String failures() {
        return results.stream()
                .flatMap(result ->
                        result.servers().stream()
                                .filter(server -> server.failure().isPresent())
                                .map(server ->
                                        "- "
                                                + result.application().name()
                                                + " on "
                                                + server.server()
                                                + ": "
                                                + server.failure()
                                                        .orElseThrow()
                                                        .lines()
                                                        .findFirst()
                                                        .orElse("")
                                                + "\n"))
                .collect(Collectors.joining());
    }

    /** A page with the tables. */
    public String markdown() {
        StringBuilder page = new StringBuilder("# Polyloom beside its peers\n\n");
        page.append(Pages.list(facts));
        page.append(
                """
                - rounds: %d of %d s, interleaved; warm-up at most %d s; %d starts; wrk -t1 -c%d; \
                %d worker or replica each; seed %d

                ## Polyloom's throughput by the peers'

                Above 1 Polyloom is faster. The median of the rounds, with the least and the greatest.

                """
                        .formatted(
                                plan.rounds(),
                                plan.seconds(),
                                plan.warmUpSeconds(),
                                plan.starts(),
                                plan.connections(),
                                plan.workers(),
                                plan.seed()));
        page.append(ratios().markdown())
                .append("\n## All figures\n\n")
                .append(figures().markdown());
        if (!failures().isEmpty()) {
            page.append("\n## What failed\n\n").append(failures());
        }
        return page.toString();
    }

    /** All figures of all rounds, as maps and lists for a JSON writer. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("facts", facts);
        json.put("plan", plan);
        json.put("applications", results.stream().map(ComparisonReport::json).toList());
        return json;
    }

    private static Map<String, Object> json(ApplicationResult result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("application", result.application().name());
        json.put("servers", result.servers().stream().map(ComparisonReport::json).toList());
        Map<String, Object> ratios = new LinkedHashMap<>();
        for (ServerResult peer : result.peers()) {
            result.ratio(peer).ifPresent(ratio -> ratios.put(peer.server(), ratio));
        }
        json.put("ratios", ratios);
        return json;
    }

    private static Map<String, Object> json(ServerResult server) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("server", server.server());
        server.failure().ifPresent(why -> json.put("failure", why));
        json.put("startSeconds", server.startSeconds());
        json.put("warmUp", server.warmUp().windows());
        server.secondsToPeak().ifPresent(seconds -> json.put("secondsToPeak", seconds));
        json.put("residentBytes", server.residentBytes());
        json.put(
                "rounds",
                server.rounds().stream()
                        .map(round ->
                                Map.of(
                                        "requests",
                                        round.load().requests(),
                                        "requestsPerSecond",
                                        round.load().requestsPerSecond(),
                                        "p50Millis",
                                        round.load().p50Millis(),
                                        "p99Millis",
                                        round.load().p99Millis(),
                                        "cpuMillisPerRequest",
                                        round.cpuMillisPerRequest()))
                        .toList());
        return json;
    }
}
