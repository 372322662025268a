// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import io.helidon.http.Status;
import java.util.Map;

/** The words after a status code. */
final class ReasonPhrases {

    /** What the server library does not know of the registered codes. */
    private static final Map<Integer, String> OTHERS =
            Map.of(
                    102, "Processing",
                    103, "Early Hints",
                    208, "Already Reported",
                    226, "IM Used",
                    300, "Multiple Choices",
                    425, "Too Early",
                    431, "Request Header Fields Too Large",
                    451, "Unavailable For Legal Reasons",
                    506, "Variant Also Negotiates");

    private ReasonPhrases() {}

    /** The phrase; empty for a code that is not registered. */
    static String of(int code) {
        var phrase = Status.create(code).reasonPhrase();
        return phrase == null || phrase.isEmpty() ? OTHERS.getOrDefault(code, "") : phrase;
    }
}
