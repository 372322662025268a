// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Header fields in order, duplicates kept. Values are bytes carried as ISO-8859-1 characters.
 * Immutable.
 *
 * <p>Kept as one flat array of names and values, because every request builds one.
 */
public final class Headers {

    /** No fields. */
    public static final Headers EMPTY = new Headers(new String[0]);

    private final String[] flat;

    private Headers(String[] flat) {
        this.flat = flat;
    }

    /**
     * Takes names at even and values at odd indexes. The array is not copied and must not change
     * afterwards.
     */
    public static Headers ofFlat(String... flat) {
        if (flat.length % 2 != 0) {
            throw new IllegalArgumentException("a header name without a value");
        }
        return new Headers(flat);
    }

    /** The number of fields. */
    public int size() {
        return flat.length / 2;
    }

    /** The name of the field at an index from 0. */
    public String name(int index) {
        return flat[2 * index];
    }

    /** The value of the field at an index from 0. */
    public String value(int index) {
        return flat[2 * index + 1];
    }

    /** The first value of a field, its name compared without case. */
    public Optional<String> first(String name) {
        for (int i = 0; i < flat.length; i += 2) {
            if (flat[i].equalsIgnoreCase(name)) {
                return Optional.of(flat[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** All values of a field in order, its name compared without case. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < flat.length; i += 2) {
            if (flat[i].equalsIgnoreCase(name)) {
                values.add(flat[i + 1]);
            }
        }
        return values;
    }
}
