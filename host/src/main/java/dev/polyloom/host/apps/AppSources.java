// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.apps;

import dev.polyloom.bridge.AppSource;
import dev.polyloom.bridge.AppSource.Language;
import dev.polyloom.bridge.AppSource.Target;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The paths that were asked for, and the apps found under them. Immutable; {@link #scan()} looks at
 * the file system each time.
 */
public final class AppSources {

    private static final Set<String> PYTHON_APP_MARKS =
            Set.of("main.py", "app.py", "pyproject.toml", "requirements.txt");
    private static final Set<String> SKIPPED_FOLDERS =
            Set.of("__pycache__", "node_modules", "target", "tests", "test", "venv");
    private static final Set<String> SKIPPED_FILES =
            Set.of("__init__.py", "conftest.py", "setup.py");

    private final List<Requested> requested;

    /** One argument. */
    private sealed interface Requested {
        /** Exactly this. */
        record One(AppSource source) implements Requested {}

        /** Whatever lies in the folder. */
        record Folder(Path path) implements Requested {}
    }

    private AppSources(List<Requested> requested) {
        this.requested = List.copyOf(requested);
    }

    /**
     * Reads arguments such as {@code hello.py}, {@code api.py:app}, {@code jobs.py::square} and
     * {@code examples}.
     *
     * @param arguments the paths as a person gave them
     * @param base what relative paths are relative to
     * @param factory whether named attributes are factories
     * @throws AppSourceException when a path does not exist or is of no known kind
     */
    public static AppSources of(List<String> arguments, Path base, boolean factory)
            throws AppSourceException {
        var requested = new ArrayList<Requested>();
        for (var argument : arguments) {
            requested.add(request(argument, base, factory));
        }
        return new AppSources(requested);
    }

    /** The apps there are now, in order of the arguments and of their names, each once. */
    public List<AppSource> scan() {
        var found = new LinkedHashSet<AppSource>();
        for (var one : requested) {
            switch (one) {
                case Requested.One(var source) -> found.add(source);
                case Requested.Folder(var path) -> found.addAll(inFolder(path));
            }
        }
        return List.copyOf(found);
    }

    /** The folders whose content decides which apps there are. */
    public List<Path> folders() {
        var folders = new ArrayList<Path>();
        for (var one : requested) {
            switch (one) {
                case Requested.One _ -> {}
                case Requested.Folder(var path) -> folders.add(path);
            }
        }
        return folders;
    }

    /** Whether a file or folder is never part of an app: hidden, generated or an environment. */
    static boolean ignored(Path path) {
        var fileName = path.getFileName();
        if (fileName == null) {
            return false;
        }
        var name = fileName.toString();
        return name.startsWith(".")
                || name.equals("__pycache__")
                || name.equals("node_modules")
                || name.endsWith(".pyc")
                || Files.exists(path.resolve("pyvenv.cfg"));
    }

    private static Requested request(String argument, Path base, boolean factory)
            throws AppSourceException {
        if (argument.isEmpty()) {
            throw new AppSourceException("an empty path cannot be served");
        }
        var whole = resolve(base, argument);
        if (Files.exists(whole)) {
            return plain(argument, whole, factory);
        }
        var function = argument.lastIndexOf("::");
        if (function > 0) {
            return targeted(
                    argument,
                    resolve(base, argument.substring(0, function)),
                    new Target.Function(argument.substring(function + 2)),
                    factory);
        }
        var attribute = argument.lastIndexOf(':');
        if (attribute > 0) {
            return targeted(
                    argument,
                    resolve(base, argument.substring(0, attribute)),
                    new Target.Attribute(argument.substring(attribute + 1)),
                    factory);
        }
        throw new AppSourceException(
                "`" + argument + "` does not exist (looked in " + base.toAbsolutePath() + ")");
    }

    private static Path resolve(Path base, String argument) {
        return base.resolve(argument).toAbsolutePath().normalize();
    }

    private static Requested plain(String argument, Path path, boolean factory)
            throws AppSourceException {
        if (Files.isDirectory(path)) {
            return pythonFolder(path)
                    ? new Requested.One(source(path, Language.PYTHON))
                    : new Requested.Folder(path);
        }
        var language = languageOf(path).orElseThrow(() -> unknownKind(argument));
        return new Requested.One(new AppSource(path, language, Optional.empty(), factory));
    }

    private static Requested targeted(String argument, Path path, Target target, boolean factory)
            throws AppSourceException {
        if (target.name().isEmpty()) {
            throw new AppSourceException("`" + argument + "` names nothing after the colon");
        }
        if (!Files.exists(path)) {
            throw new AppSourceException("`" + path + "` does not exist");
        }
        if (Files.isDirectory(path)) {
            if (!pythonFolder(path)) {
                throw new AppSourceException(
                        "`" + argument + "`: the folder is not an app; name a file in it");
            }
            return new Requested.One(
                    new AppSource(path, Language.PYTHON, Optional.of(target), factory));
        }
        var language = languageOf(path).orElseThrow(() -> unknownKind(argument));
        if (language == Language.JAVA && target instanceof Target.Attribute) {
            throw new AppSourceException(
                    "`"
                            + argument
                            + "`: name a Java function with `::`, such as `File.java::hello`");
        }
        return new Requested.One(new AppSource(path, language, Optional.of(target), factory));
    }

    private static AppSourceException unknownKind(String argument) {
        return new AppSourceException(
                "`" + argument + "` is neither a .py file, a .java file, a .jar nor a folder");
    }

    private static List<AppSource> inFolder(Path folder) {
        var found = new ArrayList<AppSource>();
        for (var child : children(folder)) {
            if (ignored(child)) {
                continue;
            }
            if (Files.isDirectory(child)) {
                folderApp(child).ifPresent(found::add);
            } else if (!skippedFile(child)) {
                languageOf(child).ifPresent(language -> found.add(source(child, language)));
            }
        }
        return found;
    }

    private static Optional<AppSource> folderApp(Path folder) {
        if (SKIPPED_FOLDERS.contains(name(folder))) {
            return Optional.empty();
        }
        if (pythonFolder(folder)) {
            return Optional.of(source(folder, Language.PYTHON));
        }
        var hasSources = children(folder).stream().anyMatch(file -> name(file).endsWith(".java"));
        if (hasSources && !Files.exists(folder.resolve("pom.xml"))) {
            return Optional.of(source(folder, Language.JAVA));
        }
        return Optional.empty();
    }

    private static boolean pythonFolder(Path folder) {
        return PYTHON_APP_MARKS.stream()
                .anyMatch(mark -> Files.isRegularFile(folder.resolve(mark)));
    }

    private static boolean skippedFile(Path file) {
        var name = name(file);
        return SKIPPED_FILES.contains(name)
                || (name.endsWith(".py") && (name.startsWith("test_") || name.endsWith("_test.py")))
                || name.endsWith("Test.java")
                || name.equals("package-info.java")
                || name.equals("module-info.java");
    }

    private static Optional<Language> languageOf(Path file) {
        var name = name(file);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        if (name.endsWith(".py")) {
            return Optional.of(Language.PYTHON);
        }
        return name.endsWith(".java") || name.endsWith(".jar")
                ? Optional.of(Language.JAVA)
                : Optional.empty();
    }

    private static AppSource source(Path path, Language language) {
        return new AppSource(path, language, Optional.empty(), false);
    }

    private static String name(Path path) {
        var name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    /** The entries of a folder by name; none when it has just gone. */
    private static List<Path> children(Path folder) {
        var children = new ArrayList<Path>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(children::add);
        } catch (IOException | DirectoryIteratorException _) {
            return List.of();
        }
        children.sort(Comparator.comparing(AppSources::name));
        return children;
    }
}
