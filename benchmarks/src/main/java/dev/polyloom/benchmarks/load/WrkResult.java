// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.load;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What wrk printed about one run. Immutable.
 *
 * @param requests answered in all
 * @param requestsPerSecond of the whole run
 * @param p50Millis the median latency
 * @param p99Millis the latency that 99 of 100 requests stay below
 * @param faults what went wrong, in wrk's words; empty when nothing did
 */
public record WrkResult(
        long requests,
        double requestsPerSecond,
        double p50Millis,
        double p99Millis,
        Optional<String> faults) {

    private static final Pattern REQUESTS =
            Pattern.compile("(?m)^\\s*(\\d{1,18}) requests in \\S{1,20},");
    private static final Pattern RATE =
            Pattern.compile("(?m)^Requests/sec:\\s+(\\d{1,15}(?:\\.\\d{1,15})?)\\s*$");
    private static final Pattern SOCKET_ERRORS =
            Pattern.compile(
                    "(?m)^\\s*Socket errors: connect (\\d{1,18}), read (\\d{1,18}),"
                            + " write (\\d{1,18}), timeout (\\d{1,18})\\s*$");
    private static final Pattern WRONG_STATUS =
            Pattern.compile("(?m)^\\s*Non-2xx or 3xx responses: (\\d{1,18})\\s*$");
    private static final Pattern TIME =
            Pattern.compile("(\\d{1,15}(?:\\.\\d{1,15})?)(us|ms|s|m|h)");

    /** wrk printed something else than expected. */
    public static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;
        private static final int SHOWN_MAX = 2_000;

        UnreadableException(String what, String output) {
            super(
                    "wrk's output has no "
                            + what
                            + ":\n"
                            + output.substring(0, Math.min(SHOWN_MAX, output.length())));
        }
    }

    /**
     * Reads the output of {@code wrk --latency}.
     *
     * @throws UnreadableException when a figure is missing or is none
     */
    public static WrkResult parse(String output) throws UnreadableException {
        return new WrkResult(
                Long.parseLong(group(REQUESTS, output, "number of requests")),
                Double.parseDouble(group(RATE, output, "requests per second")),
                percentile(50, output),
                percentile(99, output),
                faults(output));
    }

    private static String group(Pattern pattern, String output, String what)
            throws UnreadableException {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new UnreadableException(what, output);
        }
        return matcher.group(1);
    }

    private static double percentile(int percent, String output) throws UnreadableException {
        String what = percent + "th percentile";
        String word =
                group(Pattern.compile("(?m)^\\s+" + percent + "%\\s+(\\S+)\\s*$"), output, what);
        return millis(word).orElseThrow(() -> new UnreadableException(what, output));
    }

    /** Reads a time as wrk prints it, such as {@code 1.36ms}. */
    static OptionalDouble millis(String word) {
        Matcher time = TIME.matcher(word);
        if (!time.matches()) {
            return OptionalDouble.empty();
        }
        double unit =
                switch (time.group(2)) {
                    case "us" -> 0.001;
                    case "ms" -> 1;
                    case "s" -> 1_000;
                    case "m" -> 60_000;
                    case String _ -> 3_600_000;
                };
        return OptionalDouble.of(Double.parseDouble(time.group(1)) * unit);
    }

    private static Optional<String> faults(String output) {
        StringBuilder faults = new StringBuilder();
        Matcher sockets = SOCKET_ERRORS.matcher(output);
        if (sockets.find()) {
            faults.append(sockets.group().strip());
        }
        Matcher statuses = WRONG_STATUS.matcher(output);
        if (statuses.find()) {
            faults.append(faults.isEmpty() ? "" : "; ").append(statuses.group().strip());
        }
        return faults.isEmpty() ? Optional.empty() : Optional.of(faults.toString());
    }
}
