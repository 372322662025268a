// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.limits;

import java.util.Locale;

/** Whose inputs a rate limit counts together. */
public enum RateScope {
    /** Those of all functions of the host. */
    HOST,
    /** Those of one function. */
    FUNCTION,
    /** Those of one client address to one function. */
    CLIENT;

    /** The name in headers and metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
