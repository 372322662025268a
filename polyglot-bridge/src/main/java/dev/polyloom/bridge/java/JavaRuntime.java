// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.AppContext;
import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.LoadedApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Loads Java apps: a source file, a folder of sources, or a jar. Thread-safe. */
public final class JavaRuntime implements AppRuntime {

    private static final int FILES_MAX = 1_000;

    private final SourceCompiler compiler = new SourceCompiler();
    private final Deadlines deadlines = new Deadlines();
    private final CodeStore store = new CodeStore();

    /** Starts the thread that watches over timeouts. */
    public JavaRuntime() {}

    @Override
    public AppSource.Language language() {
        return AppSource.Language.JAVA;
    }

    @Override
    public LoadedApp load(AppSource source, AppContext context) throws AppLoadException {
        Path path = source.path();
        List<Path> files = files(path);
        AppClasses classes =
                path.toString().endsWith(".jar") ? JarReader.read(path) : compiler.compile(files);
        FunctionFinder.Found found = FunctionFinder.find(classes, path.toString());
        List<FoundFunction> functions =
                found.functions().stream()
                        .filter(function ->
                                source.target().isEmpty()
                                        || source.target()
                                                .get()
                                                .name()
                                                .equals(function.manifest().name()))
                        .toList();
        if (functions.isEmpty()) {
            throw fault(path, "it has no such function");
        }
        return new JavaApp(
                found.name().orElseGet(source::defaultName),
                classes,
                functions,
                Set.copyOf(files),
                store,
                context,
                deadlines);
    }

    private static List<Path> files(Path path) throws AppLoadException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .limit(FILES_MAX)
                    .toList();
        } catch (IOException e) {
            throw fault(path, "cannot read it: " + e.getMessage());
        }
    }

    private static AppLoadException fault(Path path, String message) {
        return new AppLoadException(
                new GuestError(
                        "InvalidSource",
                        message,
                        Optional.of(path.toString()),
                        Optional.empty(),
                        ""));
    }

    @Override
    public int abandonedThreads() {
        return deadlines.abandoned().count();
    }

    @Override
    public void tight(boolean scarce) {
        store.tight(scarce);
    }

    @Override
    public void close() {
        store.close();
        deadlines.close();
    }
}
