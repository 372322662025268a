// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.conformance;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a suite found. Immutable.
 *
 * @param passed how many of its tests went well
 * @param total how many it ran; 0 when it could not be run
 * @param notes what failed, or why it did not run
 */
public record Score(int passed, int total, List<String> notes) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern SUMMARY = Pattern.compile("\\b(\\d{1,9})/(\\d{1,9})\\b");
    private static final int NOTE_LENGTH_MAX = 300;

    /** Copies the notes. */
    public Score {
        notes = List.copyOf(notes);
    }

    /** Of a suite that could not be run. */
    static Score missing(String why) {
        return new Score(0, 0, List.of("not run: " + why));
    }

    /**
     * Reads the output of a driver, whose last line is JSON, or of a runner, whose last line that
     * begins with {@code SUMMARY} has scores such as {@code 45/47}.
     */
    static Score read(String output) {
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        String last = lines.isEmpty() ? "" : lines.getLast();
        if (last.startsWith("{")) {
            try {
                return of(JSON.readTree(last));
            } catch (JacksonException _) {
                return missing(last);
            }
        }
        List<String> summaries = lines.stream().filter(line -> line.startsWith("SUMMARY")).toList();
        if (summaries.isEmpty()) {
            return missing("it printed no score: " + last);
        }
        int passed = 0;
        int total = 0;
        Matcher part = SUMMARY.matcher(summaries.getLast());
        while (part.find()) {
            passed += Integer.parseInt(part.group(1));
            total += Integer.parseInt(part.group(2));
        }
        return new Score(passed, total, passed == total ? List.of() : List.of(summaries.getLast()));
    }

    /** Of all together. */
    static Score sum(List<Score> scores) {
        return new Score(
                scores.stream().mapToInt(Score::passed).sum(),
                scores.stream().mapToInt(Score::total).sum(),
                scores.stream().flatMap(score -> score.notes().stream()).toList());
    }

    private static Score of(JsonNode read) {
        if (read.has("missing")) {
            return missing(read.path("missing").asString());
        }
        return new Score(
                read.path("passed").asInt(),
                read.path("total").asInt(),
                read.path("notes").valueStream().map(JsonNode::asString).toList());
    }

    /** Whether it is at least a peer's; a suite that did not run is not. */
    public boolean atLeast(Suite.Peer peer) {
        return total > 0 && (long) passed * peer.total() >= (long) peer.passed() * total;
    }

    /** As a person reads it. */
    public String text() {
        return total == 0 ? "not run" : passed + "/" + total;
    }

    /** The notes in one line, of bounded length. */
    public String note() {
        String all =
                notes.stream()
                        .map(note -> note.replaceAll("\\s+", " "))
                        .collect(Collectors.joining("; "));
        return all.length() <= NOTE_LENGTH_MAX ? all : all.substring(0, NOTE_LENGTH_MAX) + "…";
    }
}
