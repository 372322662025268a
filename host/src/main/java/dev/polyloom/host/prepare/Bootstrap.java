// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the launcher runs when something is missing or a source is newer than the last build: builds
 * the host and prepares what it runs from. Confined to one thread.
 *
 * <p>It is started from its source file, before anything is compiled: so it uses nothing but the
 * JDK. Only one runs for a checkout at a time; another waits and then finds the work done.
 */
final class Bootstrap {

    private static final Pattern MODULE =
            Pattern.compile("\\[INFO\\] Building (.+?) \\S+-?\\S* +\\[(.+)]");
    private static final Pattern OF_PREPARATION =
            Pattern.compile(".*/(polyloom-python-compat|jackson|jspecify)-[^/]*\\.jar");
    private static final String PREPARE_ONLY = "--prepare-only";
    private static final String BENCHMARKS = "--benchmarks";
    private static final int FAILURE_LINES_MAX = 60;
    private static final long STEP_MINUTES_MAX = 60;
    private static final long END_GRACE_SECONDS = 5;

    private final Path root;
    private final Path java = Path.of(System.getProperty("java.home"), "bin", "java");

    private Bootstrap(Path root) {
        this.root = root;
    }

    /**
     * Builds and prepares the checkout that the first argument names. With a second one prepares
     * what Maven is building, or builds the benchmarks of a checkout that is prepared.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Bootstrap bootstrap = new Bootstrap(Path.of(arguments[0]).toAbsolutePath().normalize());
        List<String> options = List.of(arguments);
        System.exit(
                options.contains(PREPARE_ONLY)
                        ? bootstrap.prepare()
                        : options.contains(BENCHMARKS)
                                ? bootstrap.alone(bootstrap::benchmarks)
                                : bootstrap.alone(bootstrap::run));
    }

    private interface Work {
        int run() throws IOException, InterruptedException;
    }

    private int alone(Work work) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(root.resolve(".polyloom"));
        try (FileChannel channel =
                        FileChannel.open(
                                folder.resolve("build.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = lock(channel)) {
            return work.run();
        }
    }

    private int run() throws IOException, InterruptedException {
        FileTime begun = FileTime.fromMillis(System.currentTimeMillis());
        Path launch = launch();
        Path classPath = launch.resolve("class-path");
        if (!built(classPath) && !build("host")) {
            return 1;
        }
        int status = prepare();
        if (status == 0) {
            // Maven leaves a class path that did not change untouched.
            Files.setLastModifiedTime(classPath, begun);
            stamp(launch.resolve("ready"), begun);
        }
        return status;
    }

    private int benchmarks() throws IOException, InterruptedException {
        FileTime begun = FileTime.fromMillis(System.currentTimeMillis());
        Path ready = root.resolve("benchmarks/target/polyloom/ready");
        if (!built(ready)) {
            if (!build("benchmarks")) {
                return 1;
            }
            stamp(ready, begun);
        }
        return 0;
    }

    private static void stamp(Path file, FileTime time) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
        Files.setLastModifiedTime(file, time);
    }

    private Path launch() {
        return root.resolve("host/target/polyloom");
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            say("waiting for another polyloom that builds this checkout");
            return channel.lock();
        }
        return lock;
    }

    /** Whether a file of a build was written after every source was last changed. */
    private boolean built(Path made) throws IOException {
        if (!Files.isRegularFile(made)) {
            return false;
        }
        FileTime time = Files.getLastModifiedTime(made);
        for (Path module : modules()) {
            for (Path source : List.of(module.resolve("pom.xml"), module.resolve("src/main"))) {
                if (Files.exists(source) && newest(source).compareTo(time) >= 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private List<Path> modules() throws IOException {
        List<Path> modules = new ArrayList<>();
        modules.add(root);
        try (Stream<Path> entries = Files.list(root)) {
            entries.filter(entry -> Files.isRegularFile(entry.resolve("pom.xml")))
                    .forEach(modules::add);
        }
        return modules;
    }

    private static FileTime newest(Path tree) throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        try (Stream<Path> entries = Files.walk(tree)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                FileTime time = Files.getLastModifiedTime(entry);
                newest = time.compareTo(newest) > 0 ? time : newest;
            }
        }
        return newest;
    }

    private boolean build(String module) throws IOException, InterruptedException {
        say("building; the first time downloads what is needed");
        List<String> command =
                List.of(
                        root.resolve("mvnw").toString(),
                        "-B",
                        "-ntp",
                        "-DskipTests",
                        "-Dspotless.check.skip",
                        "-pl",
                        module,
                        "-am",
                        "package");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process maven = builder.start();
        Deque<String> last = new ArrayDeque<>();
        try (Ended _ = new Ended(maven);
                BufferedReader lines = maven.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                report(line, last);
            }
            maven.waitFor();
        }
        if (maven.exitValue() != 0) {
            last.forEach(System.err::println);
            say("the build failed");
        }
        return maven.exitValue() == 0;
    }

    private static void report(String line, Deque<String> last) {
        Matcher module = MODULE.matcher(line);
        if (module.matches()) {
            say("building " + module.group(1) + " (" + module.group(2) + ")");
        }
        if (line.isBlank() || line.startsWith("[INFO]")) {
            return;
        }
        if (last.size() == FAILURE_LINES_MAX) {
            last.removeFirst();
        }
        last.addLast(line);
    }

    private int prepare() throws IOException, InterruptedException {
        Path launch = launch();
        List<String> command =
                List.of(
                        java.toString(),
                        "-Xmx1g",
                        "-cp",
                        preparationClassPath(launch),
                        "dev.polyloom.host.prepare.Prepare",
                        root.resolve("host/target/polyloom-host.jar").toString(),
                        launch.resolve("class-path").toString(),
                        launch.toString());
        Process process = new ProcessBuilder(command).inheritIO().start();
        try (Ended _ = new Ended(process)) {
            if (!process.waitFor(STEP_MINUTES_MAX, TimeUnit.MINUTES)) {
                say("the preparation did not end within " + STEP_MINUTES_MAX + " minutes");
                return 1;
            }
            return process.exitValue();
        }
    }

    /** The host without its server, so that the server's settings and logging stay out of this. */
    private String preparationClassPath(Path launch) throws IOException {
        return Stream.concat(
                        Stream.of(root.resolve("host/target/polyloom-host.jar").toString()),
                        Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                                .splitAsStream(
                                        Files.readString(launch.resolve("class-path")).strip())
                                .filter(jar -> OF_PREPARATION.matcher(jar).matches()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void say(String line) {
        System.err.println("polyloom: " + line);
    }

    /**
     * Ends the process and what it started when the work on it is over or this program is ended.
     */
    private static final class Ended implements AutoCloseable {
        private final Process process;
        private final Thread hook;

        Ended(Process process) {
            this.process = process;
            this.hook = Thread.ofPlatform().unstarted(this::end);
            Runtime.getRuntime().addShutdownHook(hook);
        }

        private void end() {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            try {
                if (!process.waitFor(END_GRACE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException _) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            Runtime.getRuntime().removeShutdownHook(hook);
            if (process.isAlive()) {
                end();
            }
        }
    }
}
