// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.terminal;

/** How lines look. Used by one thread. */
@FunctionalInterface
public interface Renderer {

    /** Appends the line with its line end, or nothing when it is not to be shown. */
    void render(Line line, StringBuilder text);
}
