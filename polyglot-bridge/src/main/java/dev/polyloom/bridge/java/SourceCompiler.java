// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.GuestError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** Compiles Java sources in memory against the host's own class path. Thread-safe. */
final class SourceCompiler {

    private static final List<String> OPTIONS =
            List.of("-parameters", "-g", "-proc:none", "-Xlint:none");

    private final String classPath = System.getProperty("java.class.path", "");

    /**
     * Compiles files that belong together.
     *
     * @throws AppLoadException with the compiler's diagnostics
     */
    AppClasses compile(List<Path> files) throws AppLoadException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw fault("CompilerMissing", "this Java runtime has no compiler", null, null, "");
        }
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<Source> sources = new ArrayList<>();
        for (Path file : files) {
            sources.add(read(file));
        }
        List<String> options = new ArrayList<>(OPTIONS);
        options.addAll(List.of("-classpath", classPath));
        try (MemoryFiles memory =
                new MemoryFiles(
                        compiler.getStandardFileManager(
                                diagnostics, Locale.ROOT, StandardCharsets.UTF_8))) {
            boolean compiled =
                    compiler.getTask(
                                    new StringWriter(), memory, diagnostics, options, null, sources)
                            .call();
            if (!compiled) {
                throw fault(diagnostics.getDiagnostics());
            }
            return new AppClasses(memory.classes(), Map.of());
        } catch (IOException e) {
            throw fault("IOException", String.valueOf(e.getMessage()), null, null, "");
        }
    }

    private static Source read(Path file) throws AppLoadException {
        try {
            return new Source(file, Files.readString(file));
        } catch (IOException e) {
            throw fault(
                    "IOException", "cannot read it: " + e.getMessage(), file.toString(), null, "");
        }
    }

    private static AppLoadException fault(List<Diagnostic<? extends JavaFileObject>> diagnostics) {
        StringBuilder text = new StringBuilder();
        Diagnostic<? extends JavaFileObject> first = null;
        for (var diagnostic : diagnostics) {
            if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
                first = first == null ? diagnostic : first;
                text.append(withCaret(diagnostic));
            }
        }
        if (first == null) {
            return fault("CompileError", "the compiler gave no reason", null, null, "");
        }
        return fault(
                "CompileError",
                String.valueOf(first.getMessage(Locale.ROOT)).lines().findFirst().orElse(""),
                first.getSource() instanceof Source source ? source.file.toString() : null,
                Math.toIntExact(first.getLineNumber()),
                text.toString());
    }

    private static String withCaret(Diagnostic<? extends JavaFileObject> diagnostic) {
        StringBuilder text = new StringBuilder();
        if (diagnostic.getSource() instanceof Source source) {
            text.append(source.file.getFileName()).append(':').append(diagnostic.getLineNumber());
            text.append(": error: ").append(diagnostic.getMessage(Locale.ROOT)).append('\n');
            source.text
                    .lines()
                    .skip(Math.max(0, diagnostic.getLineNumber() - 1))
                    .findFirst()
                    .ifPresent(line -> {
                        long column = Math.max(1, diagnostic.getColumnNumber());
                        text.append(line).append('\n');
                        text.repeat(' ', Math.toIntExact(column - 1)).append("^\n");
                    });
        } else {
            text.append("error: ").append(diagnostic.getMessage(Locale.ROOT)).append('\n');
        }
        return text.toString();
    }

    private static AppLoadException fault(
            String type,
            String message,
            @Nullable String file,
            @Nullable Integer line,
            String text) {
        return new AppLoadException(
                new GuestError(
                        type, message, Optional.ofNullable(file), Optional.ofNullable(line), text));
    }

    /** A source file; its class may have any name, so that a file's name is its author's choice. */
    private static final class Source extends SimpleJavaFileObject {

        private final Path file;
        private final String text;

        Source(Path file, String text) {
            super(file.toUri(), Kind.SOURCE);
            this.file = file;
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return true;
        }
    }

    private static final class ClassFile extends SimpleJavaFileObject {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        ClassFile(String name) {
            super(URI.create("memory:///" + name.replace('.', '/') + ".class"), Kind.CLASS);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    private static final class MemoryFiles extends ForwardingJavaFileManager<JavaFileManager> {

        private final Map<String, ClassFile> files = new HashMap<>();

        MemoryFiles(JavaFileManager platform) {
            super(platform);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            ClassFile file = new ClassFile(className);
            files.put(className, file);
            return file;
        }

        @Override
        public boolean hasLocation(Location location) {
            return location == StandardLocation.CLASS_OUTPUT || super.hasLocation(location);
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new HashMap<>();
            files.forEach((name, file) -> classes.put(name, file.bytes.toByteArray()));
            return classes;
        }
    }
}
