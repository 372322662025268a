// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.GuestError;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** Turns what a guest throws into its author's terms. Confined to the owner thread. */
final class GuestFaults {

    private GuestFaults() {}

    static GuestError error(
            String type, String message, @Nullable String file, int line, String traceback) {
        return new GuestError(
                type,
                message,
                Optional.ofNullable(file),
                line > 0 ? Optional.of(line) : Optional.empty(),
                traceback);
    }

    private static final int FRAMES_MAX = 50;

    /** Reads the description that {@code errors.describe} made. */
    static GuestError error(Value description) {
        Value file = description.getArrayElement(2);
        return error(
                description.getArrayElement(0).asString(),
                description.getArrayElement(1).asString(),
                file.isNull() ? null : file.asString(),
                description.getArrayElement(3).asInt(),
                description.getArrayElement(4).asString());
    }

    /** Reads an exception that came out of the guest, whether the runtime described it or not. */
    static GuestError error(PolyglotException thrown) {
        Value guest = thrown.getGuestObject();
        if (guest != null && guest.hasMember("description")) {
            return error(guest.getMember("description"));
        }
        String message = String.valueOf(thrown.getMessage());
        if (thrown.isExit()) {
            return error("SystemExit", String.valueOf(thrown.getExitStatus()), null, 0, "");
        }
        if (thrown.isCancelled()) {
            return error("Cancelled", "the isolate was stopped", null, 0, "");
        }
        int colon = message.indexOf(": ");
        boolean typed = colon > 0 && message.substring(0, colon).indexOf(' ') < 0;
        String traceback = frames(thrown) + message;
        return typed
                ? error(
                        message.substring(0, colon),
                        message.substring(colon + 2),
                        null,
                        0,
                        traceback)
                : error("Error", message, null, 0, traceback);
    }

    /** The guest's frames as Python tells them, the innermost last; empty when there are none. */
    private static String frames(PolyglotException thrown) {
        List<String> frames = new ArrayList<>();
        for (PolyglotException.StackFrame frame : thrown.getPolyglotStackTrace()) {
            if (frame.isGuestFrame() && frames.size() < FRAMES_MAX) {
                SourceSection place = frame.getSourceLocation();
                frames.add(
                        place == null
                                ? "  in " + frame.getRootName()
                                : "  File \"%s\", line %d, in %s"
                                        .formatted(
                                                Objects.requireNonNullElse(
                                                        place.getSource().getPath(),
                                                        place.getSource().getName()),
                                                place.getStartLine(),
                                                frame.getRootName()));
            }
        }
        return frames.isEmpty()
                ? ""
                : "Traceback (most recent call last):\n"
                        + String.join("\n", frames.reversed())
                        + "\n";
    }
}
