// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource.Language;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens the runtime of one language when the first app of it is to be loaded. Found through {@link
 * java.util.ServiceLoader}, or given to {@link PolyloomHost}.
 */
public interface RuntimeProvider {

    /** The language. */
    Language language();

    /**
     * Says ahead of {@link #open} what will probably be served, so that what takes time can begin
     * while the host is still being put together. A hint: it must return at once and cannot fail,
     * and need not be followed by anything.
     *
     * @param paths as the user gave them, not checked yet
     */
    default void expect(List<Path> paths) {}

    /** Opens the runtime; the host closes it. May block. */
    AppRuntime open(HostConfig config);
}
