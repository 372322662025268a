// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * One generation of an app: its functions as its source stood when it was loaded. Thread-safe.
 *
 * <p>Closing it releases what it holds beside its isolates (class loaders, contexts kept for the
 * first replica); the host closes the pools first.
 */
public interface LoadedApp extends AutoCloseable {

    /** The name its source gives it, or {@link AppSource#defaultName()}. */
    String name();

    /** Its functions in source order. */
    List<FunctionManifest> functions();

    /** Makes an isolate, not started, for one of {@link #functions()}. Cheap. */
    WebIsolate isolate(FunctionManifest function);

    /**
     * The local files and folders whose change makes this generation stale, as far as known now.
     */
    Set<Path> files();

    @Override
    void close();
}
