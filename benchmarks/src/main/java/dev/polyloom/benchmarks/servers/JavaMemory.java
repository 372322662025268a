// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at the memory of a JVM from outside, with the JDK's own tool. Immutable.
 *
 * @param jcmd the tool
 */
public record JavaMemory(Path jcmd) {

    private static final Duration WAIT = Duration.ofMinutes(1);
    private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+(\\d{1,12})\\s+(\\d{1,15})");

    /** The tool beside a Java program. */
    public static JavaMemory beside(Path java) {
        return new JavaMemory(java.resolveSibling("jcmd"));
    }

    /** Has the JVM collect its garbage, twice, for what waits to be finalised. */
    public void collect(long pid) throws IOException, InterruptedException {
        String _ = run(pid, "GC.run");
        String _ = run(pid, "GC.run");
    }

    /** The bytes of all objects that live, after a collection. */
    public long liveBytes(long pid) throws IOException, InterruptedException {
        Matcher total = LIVE.matcher(run(pid, "GC.class_histogram"));
        if (!total.find()) {
            throw new IOException("the JVM's histogram has no total");
        }
        return Long.parseLong(total.group(2));
    }

    private String run(long pid, String command) throws IOException, InterruptedException {
        try {
            return new Program(
                            List.of(jcmd.toString(), Long.toString(pid), command),
                            Path.of("/"),
                            WAIT)
                    .run("look at the host's memory");
        } catch (EnvironmentException e) {
            throw new IOException(e.getMessage() + ": " + e.output(), e);
        }
    }
}
