// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How GraalPy is started as a program of its own: what uv, and guest code that starts {@code
 * sys.executable}, call. Immutable.
 *
 * @param javaHome the Java that runs it
 * @param options the Java's options
 * @param jars GraalPy's class path
 */
public record PythonCommand(Path javaHome, List<String> options, List<Path> jars) {

    /** The modules of the Graal compiler that a Polyloom runtime image holds. */
    public static final String COMPILER_MODULES =
            "jdk.graal.compiler,org.graalvm.truffle.compiler,org.graalvm.word,"
                    + "org.graalvm.collections";

    private static final Pattern NEEDED =
            Pattern.compile(
                    "(polyglot|nativeimage|jniutils|word|collections|truffle-.*|python-language"
                            + "|python-resources|python-launcher|launcher-common|jline|regex|icu4j"
                            + "|xz|json|profiler-tool|bc(pkix|prov|util)-.*)-\\d.*\\.jar");
    private static final Pattern IN_IMAGE =
            Pattern.compile("(word|collections|truffle-compiler)-\\d.*\\.jar");
    private static final List<String> OPTIONS =
            List.of(
                    "-Xmx1g",
                    // Room for 1,000 Python frames; only what is used of it costs memory.
                    "-Xss64m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Dpolyglot.engine.WarnInterpreterOnly=false");
    private static final List<String> IMAGE_OPTIONS =
            List.of(
                    "-XX:+UnlockExperimentalVMOptions",
                    "-XX:+EnableJVMCI",
                    "--add-modules",
                    COMPILER_MODULES);

    /** Copies what it is given. */
    public PythonCommand {
        options = List.copyOf(options);
        jars = List.copyOf(jars);
    }

    /** GraalPy on the Java and the class path of this process. */
    public static PythonCommand ofThisProcess() {
        Path home = Path.of(System.getProperty("java.home", "."));
        List<Path> classPath =
                Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator))
                        .filter(entry -> entry.endsWith(".jar"))
                        .map(entry -> Path.of(entry).toAbsolutePath())
                        .filter(Files::isRegularFile)
                        .toList();
        boolean image = ModuleLayer.boot().findModule("org.graalvm.truffle.compiler").isPresent();
        return image ? onImage(home, classPath) : onJdk(home, classPath);
    }

    /** GraalPy on a stock Java, where guest code is not compiled. */
    public static PythonCommand onJdk(Path javaHome, List<Path> classPath) {
        return new PythonCommand(
                javaHome, OPTIONS, classPath.stream().filter(jar -> named(NEEDED, jar)).toList());
    }

    /** GraalPy on a runtime image that holds the Graal compiler. */
    public static PythonCommand onImage(Path javaHome, List<Path> classPath) {
        List<String> options = new ArrayList<>(OPTIONS);
        options.addAll(IMAGE_OPTIONS);
        return new PythonCommand(
                javaHome,
                options,
                classPath.stream()
                        .filter(jar -> named(NEEDED, jar) && !named(IN_IMAGE, jar))
                        .toList());
    }

    private static boolean named(Pattern pattern, Path jar) {
        return pattern.matcher(jar.getFileName().toString()).matches();
    }
}
