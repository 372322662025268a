// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.util.Optional;

/**
 * A fault in guest code, in its author's terms. Immutable.
 *
 * @param type the guest's name of it, such as {@code SyntaxError}
 * @param message one sentence
 * @param file the source file, as its author knows it
 * @param line the line in that file, from 1
 * @param traceback the guest's traceback or the compiler's diagnostics, without host frames; may be
 *     empty
 */
public record GuestError(
        String type,
        String message,
        Optional<String> file,
        Optional<Integer> line,
        String traceback) {

    /** One line: {@code hello.py:3: SyntaxError: invalid syntax}. */
    public String summary() {
        String place = file.map(f -> f + line.map(l -> ":" + l).orElse("") + ": ").orElse("");
        return place + type + (message.isEmpty() ? "" : ": " + message);
    }
}
