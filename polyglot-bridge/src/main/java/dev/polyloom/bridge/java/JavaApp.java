// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.bridge.WebIsolate;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** One generation of a Java app. Immutable. */
final class JavaApp implements LoadedApp {

    private final String name;
    private final List<JavaCode> functions;
    private final CodeStore store;
    private final Set<Path> files;
    private final AppContext appContext;
    private final Deadlines deadlines;

    JavaApp(
            String name,
            AppClasses classes,
            List<FoundFunction> functions,
            Set<Path> files,
            CodeStore store,
            AppContext appContext,
            Deadlines deadlines) {
        this.name = name;
        this.functions =
                functions.stream().map(function -> new JavaCode(classes, function)).toList();
        this.store = store;
        this.files = Set.copyOf(files);
        this.appContext = appContext;
        this.deadlines = deadlines;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<FunctionManifest> functions() {
        return functions.stream().map(code -> code.function().manifest()).toList();
    }

    @Override
    public WebIsolate isolate(FunctionManifest manifest) {
        JavaCode code =
                functions.stream()
                        .filter(one -> one.function().manifest().name().equals(manifest.name()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(manifest.name()));
        return new JavaIsolate(code, store, appContext, deadlines);
    }

    @Override
    public Set<Path> files() {
        return files;
    }

    @Override
    public void close() {
        functions.forEach(store::forget);
    }
}
