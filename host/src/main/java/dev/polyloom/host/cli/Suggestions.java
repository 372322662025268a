// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine;

/** What was perhaps meant by a word that is not known. Pure functions. */
final class Suggestions {

    private static final int DISTANCE_MAX = 3;
    private static final int SHOWN_MAX = 2;

    private Suggestions() {}

    private record Candidate(String word, int distance) {}

    /** The options, or commands, that are spelled most like the word. */
    static List<String> nearest(String word, CommandLine line) {
        var name =
                word.startsWith("-") && word.indexOf('=') > 0
                        ? word.substring(0, word.indexOf('='))
                        : word;
        var known = new ArrayList<String>();
        if (name.startsWith("-")) {
            line.getCommandSpec()
                    .options()
                    .forEach(option -> known.addAll(List.of(option.names())));
        } else {
            known.addAll(line.getSubcommands().keySet());
        }
        return known.stream()
                .map(option -> new Candidate(option, distance(name, option)))
                .filter(candidate -> candidate.distance() <= DISTANCE_MAX)
                .filter(candidate -> candidate.distance() < name.length() - 1)
                .sorted(Comparator.comparingInt(Candidate::distance))
                .limit(SHOWN_MAX)
                .map(Candidate::word)
                .toList();
    }

    /** How many letters must be added, removed, changed or swapped with their neighbour. */
    static int distance(String from, String to) {
        var table = new int[from.length() + 1][to.length() + 1];
        for (var i = 0; i <= from.length(); i++) {
            table[i][0] = i;
        }
        for (var j = 0; j <= to.length(); j++) {
            table[0][j] = j;
        }
        for (var i = 1; i <= from.length(); i++) {
            for (var j = 1; j <= to.length(); j++) {
                var same = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                var best = table[i - 1][j - 1] + same;
                best = Math.min(best, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    best = Math.min(best, table[i - 2][j - 2] + 1);
                }
                table[i][j] = best;
            }
        }
        return table[from.length()][to.length()];
    }
}
