// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import dev.polyloom.python.CacheFolder;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.Program;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The CPython environment that the peers run from, made once from a lock file. Immutable.
 *
 * @param python its interpreter
 * @param version of the interpreter, such as {@code 3.13.1}
 */
public record PeerEnvironment(Path python, String version) {

    /** What to tell a person who has no recent CPython. */
    public static final String MISSING =
            "the peers need CPython 3.11 or newer, and there is none on PATH (as python3)";

    private static final String PEERS = "peers";
    private static final List<String> NAMES =
            List.of("python3", "python3.14", "python3.13", "python3.12", "python3.11");
    private static final Pattern RECENT = Pattern.compile("3\\.(1[1-9]|[2-9]\\d)\\.\\d+");

    /** It is made in another folder than it is kept in, and its programs must start from there. */
    private static final String RELOCATABLE = "--relocatable";

    private static final Duration QUERY_WAIT = Duration.ofSeconds(30);
    private static final Duration INSTALL_WAIT = Duration.ofMinutes(15);
    private static final String QUERY =
            "import platform, sys; print(sys.executable);"
                    + " print(platform.python_implementation(), platform.python_version())";

    /** An interpreter that environments can be made with. */
    public record Interpreter(Path program, String version) {}

    /** Finds CPython 3.11 or newer on PATH. */
    public static Optional<Interpreter> find() throws IOException, InterruptedException {
        List<Path> folders =
                Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                        .filter(folder -> !folder.isEmpty())
                        .map(Path::of)
                        .toList();
        List<Path> candidates =
                NAMES.stream()
                        .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
                        .filter(Files::isExecutable)
                        .toList();
        for (Path candidate : candidates) {
            Optional<Interpreter> interpreter = ask(candidate);
            if (interpreter.isPresent()) {
                return interpreter;
            }
        }
        return Optional.empty();
    }

    private static Optional<Interpreter> ask(Path candidate)
            throws IOException, InterruptedException {
        try {
            Program query =
                    new Program(
                            List.of(candidate.toString(), "-c", QUERY), Path.of("/"), QUERY_WAIT);
            List<String> lines = query.run("ask " + candidate).lines().toList();
            if (lines.size() == 2 && lines.get(1).startsWith("CPython ")) {
                String version = lines.get(1).substring("CPython ".length()).strip();
                if (RECENT.matcher(version).matches()) {
                    return Optional.of(new Interpreter(Path.of(lines.getFirst()), version));
                }
            }
            return Optional.empty();
        } catch (EnvironmentException _) {
            return Optional.empty(); // a shim of a version that is not there, for one
        }
    }

    /**
     * Returns the environment, making it first when it is missing.
     *
     * @param uv the program that makes environments
     */
    public static PeerEnvironment ensure(
            CacheFolder cache, Path uv, Interpreter interpreter, Consumer<String> progress)
            throws EnvironmentException, IOException, InterruptedException {
        return ensure(PEERS, cache, uv, interpreter, progress);
    }

    /**
     * Likewise for another set of packages.
     *
     * @param set the name of its lock file
     */
    public static PeerEnvironment ensure(
            String set,
            CacheFolder cache,
            Path uv,
            Interpreter interpreter,
            Consumer<String> progress)
            throws EnvironmentException, IOException, InterruptedException {
        String lock = lock(set);
        String made = RELOCATABLE + lock + interpreter.program() + interpreter.version();
        String name = set + "/" + hash(made);
        Path folder =
                cache.ensure(
                        name,
                        progress,
                        (building, _) -> {
                            progress.accept(
                                    "installing the packages of "
                                            + set
                                            + " for CPython "
                                            + interpreter.version());
                            build(cache, uv, interpreter, lock, building);
                        });
        return new PeerEnvironment(folder.resolve("bin/python"), interpreter.version());
    }

    /** Which versions of which packages the environment holds, in the lock file's order. */
    public static List<String> packages(Stream<String> names) throws IOException {
        List<String> wanted = names.map(name -> name + "==").toList();
        return lock(PEERS)
                .lines()
                .filter(line -> wanted.stream().anyMatch(line::startsWith))
                .map(line -> line.replaceFirst("[ ;\\\\].*", "").replace("==", " "))
                .distinct()
                .toList();
    }

    private static void build(
            CacheFolder cache, Path uv, Interpreter interpreter, String lock, Path building)
            throws EnvironmentException, IOException, InterruptedException {
        Path file = Files.createTempFile("peers-", ".lock");
        try {
            Files.writeString(file, lock);
            String store = cache.resolve("uv/cache").toString();
            new Program(
                            List.of(
                                    uv.toString(),
                                    "venv",
                                    "--quiet",
                                    RELOCATABLE,
                                    "--allow-existing",
                                    "--python=" + interpreter.program(),
                                    "--cache-dir=" + store,
                                    building.toString()),
                            building,
                            QUERY_WAIT)
                    .run("make the environment of " + building.getFileName());
            new Program(
                            List.of(
                                    uv.toString(),
                                    "pip",
                                    "install",
                                    "--quiet",
                                    "--require-hashes",
                                    "--compile-bytecode",
                                    "--python=" + building.resolve("bin/python"),
                                    "--cache-dir=" + store,
                                    "--requirements=" + file),
                            building,
                            INSTALL_WAIT)
                    .run("install the packages of " + building.getFileName());
        } finally {
            Files.delete(file);
        }
    }

    private static String lock(String set) throws IOException {
        String name = set + ".lock";
        try (InputStream in = PeerEnvironment.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the benchmarks' jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java runtime has it
        }
    }
}
