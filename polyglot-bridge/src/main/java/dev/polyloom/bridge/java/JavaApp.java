// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.LoadedApp;
import dev.polyloom.bridge.WebIsolate;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** One generation of a Java app. Immutable; holds bytes only, so there is nothing to close. */
final class JavaApp implements LoadedApp {

    private final String name;
    private final AppClasses classes;
    private final List<FoundFunction> functions;
    private final Set<Path> files;
    private final AppContext appContext;
    private final Deadlines deadlines;

    JavaApp(
            String name,
            AppClasses classes,
            List<FoundFunction> functions,
            Set<Path> files,
            AppContext appContext,
            Deadlines deadlines) {
        this.name = name;
        this.classes = classes;
        this.functions = List.copyOf(functions);
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
        return functions.stream().map(FoundFunction::manifest).toList();
    }

    @Override
    public WebIsolate isolate(FunctionManifest manifest) {
        FoundFunction function =
                functions.stream()
                        .filter(found -> found.manifest().name().equals(manifest.name()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(manifest.name()));
        return new JavaIsolate(classes, function, appContext, deadlines);
    }

    @Override
    public Set<Path> files() {
        return files;
    }

    @Override
    public void close() {}
}
