// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A kind of app of which many are served, each without a replica most of the time. */
public enum ColdSample {
    /** A plain Python function. */
    FUNCTION("function", "function.py", "cold_%d.py"),
    /** A FastAPI application. */
    FASTAPI("fastapi", "fastapi_app.py", "cold_%d.py"),
    /** A Java function. */
    JAVA("java", "Cold.java", "Cold%d.java");

    private final String label;
    private final String template;
    private final String file;

    ColdSample(String label, String template, String file) {
        this.label = label;
        this.template = template;
        this.file = file;
    }

    /** As a person gives it to {@code --only}. */
    public String label() {
        return label;
    }

    /** What the app of this number is asked. */
    public Request request(int number) {
        return Request.get("/cold-" + number + "-dev/");
    }

    /** What the app of this number answers. */
    public String answer(int number) {
        return "{\"message\":\"Hello, world " + number + "\"}";
    }

    /** Writes the files of the apps from 1 to {@code count} into a folder, which is made. */
    public void write(Path folder, int count) throws IOException {
        Files.createDirectories(folder);
        String text = ApplicationFolder.read("cold/" + template);
        for (int number = 1; number <= count; number++) {
            Files.writeString(
                    folder.resolve(file.formatted(number)),
                    text.replace("@NUMBER@", Integer.toString(number)));
        }
    }

    /** The labels of all. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(ColdSample::label).toList();
    }
}
