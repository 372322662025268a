// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A way of writing a handler that sleeps for {@value #SLEEP_MILLIS} ms. */
public enum StepSample {
    /** A {@code def} that takes one input at a time. */
    SYNC("sync", "sync.py"),
    /** A {@code def} in threads, with two replicas. */
    CONCURRENT_SYNC("concurrent-sync", "concurrent_sync.py"),
    /** An {@code async def} in one replica. */
    CONCURRENT_ASYNC("concurrent-async", "concurrent_async.py");

    /** How long each input sleeps. */
    public static final int SLEEP_MILLIS = 100;

    /** What it answers. */
    public static final String ANSWER = "\"slept\"";

    /** What it is asked. */
    public static final Request REQUEST = Request.get("/step-dev/");

    private static final int CONCURRENT = 64;

    private final String label;
    private final String template;

    StepSample(String label, String template) {
        this.label = label;
        this.template = template;
    }

    /** As a person gives it to {@code --only}. */
    public String label() {
        return label;
    }

    /**
     * The inputs that all its replicas together can take at once.
     *
     * @param replicas the most of one that takes one input at a time
     */
    public int inputs(int replicas) {
        return this == SYNC ? replicas : CONCURRENT;
    }

    /** Writes its file into a folder, which is made. */
    public Path write(Path folder, int replicas) throws IOException {
        Files.createDirectories(folder);
        return Files.writeString(
                folder.resolve("step.py"),
                ApplicationFolder.read("step/" + template)
                        .replace("@REPLICAS@", Integer.toString(replicas)));
    }

    /** The labels of all. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(StepSample::label).toList();
    }
}
