// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import dev.polyloom.benchmarks.apps.Application;
import dev.polyloom.benchmarks.apps.ApplicationFolder;
import dev.polyloom.benchmarks.apps.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The host itself, started from what was prepared. Immutable.
 *
 * @param java the program of the runtime image
 * @param arguments the file that {@code java @FILE} reads
 * @param options Java options that win over those
 * @param data where hosts keep their state
 */
public record Polyloom(Path java, Path arguments, List<String> options, Path data)
        implements Contender {

    /** Names Java options of the user's own, as the launcher takes them. */
    private static final String OPTIONS = "POLYLOOM_JAVA_OPTIONS";

    /** Its name in tables. */
    public static final String NAME = "polyloom";

    /**
     * Reads what the preparation wrote.
     *
     * @param launch the folder, {@code host/target/polyloom} of a checkout
     * @param variables the environment: its {@code POLYLOOM_JAVA_OPTIONS} count as for the launcher
     * @throws IOException when nothing is prepared there
     */
    public static Polyloom prepared(Path launch, Path data, Map<String, String> variables)
            throws IOException {
        Path java = launch.resolve("java");
        Path arguments = launch.resolve("host.args");
        if (!Files.isRegularFile(java) || !Files.isRegularFile(arguments)) {
            throw new IOException(
                    "there is no prepared host in " + launch + "; `./polyloom prepare` makes it");
        }
        List<String> options =
                Arrays.stream(variables.getOrDefault(OPTIONS, "").split("\\s+"))
                        .filter(word -> !word.isEmpty())
                        .toList();
        return new Polyloom(Path.of(Files.readString(java).strip()), arguments, options, data);
    }

    /** What says how its JVM compiles and collects. */
    List<String> jvmOptions() throws IOException {
        Stream<String> prepared =
                Files.readAllLines(arguments).stream().map(line -> line.replace("\"", ""));
        return Stream.concat(prepared, options.stream())
                .filter(line -> line.startsWith("-X"))
                .filter(line -> !line.startsWith("-XX:AOT") && !line.startsWith("-Xlog"))
                .toList();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Kind> kinds() {
        return EnumSet.allOf(Kind.class);
    }

    @Override
    public boolean compiles() {
        return true;
    }

    @Override
    public Command command(
            Application application, ApplicationFolder files, int port, int workers) {
        return new Command(
                serveQuietly(files.polyloom(), port, List.of("--no-reload")), files.path());
    }

    /** The words that serve a file or folder by a host that tells of nothing but trouble. */
    public List<String> serveQuietly(Path served, int port, List<String> options) {
        List<String> quiet = new ArrayList<>(List.of("--no-access-log", "--log-level", "warn"));
        quiet.addAll(options);
        return serve(served, port, quiet);
    }

    /** The words that serve a file or folder. */
    public List<String> serve(Path served, int port, List<String> options) {
        List<String> words = new ArrayList<>();
        words.addAll(List.of(java.toString(), "@" + arguments));
        words.addAll(this.options);
        words.addAll(List.of("dev.polyloom.host.Main", "serve"));
        words.addAll(List.of("--port", Integer.toString(port), "--data-dir", data.toString()));
        if (!options.contains("--admin-port")) {
            words.addAll(List.of("--admin-port", "0"));
        }
        words.addAll(options);
        words.add(served.toString());
        return words;
    }
}
