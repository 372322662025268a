// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What an input of a soak does, and how it may be answered. */
public enum SoakKind {
    /** Answers at once. */
    OK(40, Set.of(200)),
    /** Takes a moment. */
    SLEEP(20, Set.of(200)),
    /** Waits past its timeout. */
    LATE(6, Set.of(504)),
    /** Computes past its timeout. */
    SPIN(4, Set.of(504)),
    /** Raises an exception. */
    RAISE(8, Set.of(500)),
    /** Ends its isolate as programs do. */
    EXIT(4, Set.of(500, 502)),
    /** Ends its isolate at once. */
    KILL(4, Set.of(502)),
    /** Does not let itself be interrupted. */
    SWALLOW(2, Set.of(504)),
    /** Fills the memory. */
    HOG(1, Set.of(500, 502, 504));

    /**
     * What may come of any input, whatever it does itself: the isolate that it shares ended, the
     * function could not start or was full, or it had no turn before its time had passed.
     */
    private static final Set<Integer> BY_OTHERS = Set.of(502, 503, 504);

    private static final Set<SoakKind> JAVA = Set.of(OK, SLEEP, LATE, RAISE);

    private final int share;

    @SuppressWarnings("ImmutableEnumChecker") // Set.of
    private final Set<Integer> expected;

    SoakKind(int share, Set<Integer> expected) {
        this.share = share;
        this.expected = expected;
    }

    /** Its name on the command line and in requests. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How often it comes, beside the others. */
    int share() {
        return share;
    }

    /** Whether a Java function can do it and be answered. */
    boolean java() {
        return JAVA.contains(this);
    }

    /** Whether the status is what the kind itself leads to. */
    boolean expects(int status) {
        return expected.contains(status);
    }

    /** Whether the status is an answer that this kind may get. */
    boolean allows(int status) {
        return expects(status) || BY_OTHERS.contains(status);
    }

    /** The names of all. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(SoakKind::label).toList();
    }
}
