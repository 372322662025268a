// SPDX-License-Identifier: Apache-2.0

/** The language-neutral engine: isolates, their pools and stock, admission, and scaling. */
module dev.polyloom.isolates {
    requires static transitive org.jspecify;

    exports dev.polyloom.isolates;
}
