// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource.Language;

/**
 * Opens the runtime of one language when the first app of it is to be loaded. Found through {@link
 * java.util.ServiceLoader}, or given to {@link PolyloomHost}.
 */
public interface RuntimeProvider {

    /** The language. */
    Language language();

    /** Opens the runtime; the host closes it. May block. */
    AppRuntime open(HostConfig config);
}
