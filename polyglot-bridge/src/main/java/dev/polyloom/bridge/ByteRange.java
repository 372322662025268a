// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one range of bytes that a request asks for (RFC 9110, section 14). Several at once are not
 * served: the client gets the whole, as it must expect. Immutable.
 *
 * @param first the index of the first byte
 * @param last the index of the last byte
 */
record ByteRange(long first, long last) {

    private static final String UNIT = "bytes=";
    private static final int DIGITS_MAX = 18;
    private static final ByteRange NONE = new ByteRange(1, 0);

    /**
     * What part of a content is to be sent.
     *
     * @param headers the fields of the response as the app gave them
     * @param size the content's length
     * @return null when it is the whole
     */
    static @Nullable ByteRange wanted(RequestHead head, Headers headers, long size) {
        Optional<String> range = head.headers().first("range");
        if (range.isEmpty()
                || !head.method().equals("GET")
                || headers.first("content-range").isPresent()
                || headers.first("content-encoding").isPresent()
                || headers.first("accept-ranges").filter("none"::equals).isPresent()) {
            return null;
        }
        Optional<String> condition = head.headers().first("if-range");
        if (condition.isPresent() && !holds(condition.get(), headers)) {
            return null;
        }
        return parse(range.get().toLowerCase(Locale.ROOT).strip(), size);
    }

    /** An entity tag must be strong and the same, a date the same. */
    private static boolean holds(String condition, Headers headers) {
        String field = condition.startsWith("\"") ? "etag" : "last-modified";
        return headers.first(field).filter(condition::equals).isPresent();
    }

    private static @Nullable ByteRange parse(String range, long size) {
        int dash = range.indexOf('-');
        if (!range.startsWith(UNIT) || range.indexOf(',') >= 0 || dash < 0) {
            return null;
        }
        String from = range.substring(UNIT.length(), dash).strip();
        String to = range.substring(dash + 1).strip();
        if (!number(from) || !number(to) || (from.isEmpty() && to.isEmpty())) {
            return null;
        }
        if (from.isEmpty()) {
            long length = Math.min(Long.parseLong(to), size);
            return length == 0 ? NONE : new ByteRange(size - length, size - 1);
        }
        long first = Long.parseLong(from);
        long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
        if (last < first) {
            return null;
        }
        return first >= size ? NONE : new ByteRange(first, Math.min(last, size - 1));
    }

    private static boolean number(String text) {
        return text.length() <= DIGITS_MAX && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    boolean satisfiable() {
        return first <= last;
    }

    long length() {
        return last - first + 1;
    }
}
