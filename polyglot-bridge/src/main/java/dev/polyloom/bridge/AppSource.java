// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an app comes from. Immutable.
 *
 * @param path the absolute, normalised path of a Python file, a Java file, a jar or a folder
 * @param language the language found there
 * @param target one attribute ({@code FILE.py:attribute}) or function ({@code FILE.py::function})
 *     of it, if only that one is to be served
 * @param factory whether the attribute is a factory that returns the application
 */
public record AppSource(Path path, Language language, Optional<Target> target, boolean factory) {

    /** The language of an app. */
    public enum Language {
        PYTHON,
        JAVA
    }

    /** One thing in an app's source. */
    public sealed interface Target {
        /** The name in the source. */
        String name();

        /** A module-level ASGI or WSGI application, possibly dotted. */
        record Attribute(String name) implements Target {}

        /** One function. */
        record Function(String name) implements Target {}
    }

    /**
     * The name of an app whose source gives it none: the file's or folder's, without its extension.
     */
    public String defaultName() {
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
