// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small app as a newcomer writes it, in one file that answers with a number it holds. */
public enum Sample {
    /** A plain Python function. */
    FUNCTION("function", "function.py", ""),
    /** A FastAPI application. */
    FASTAPI("fastapi", "fastapi_app.py", ""),
    /** A Flask application. */
    FLASK("flask", "flask_app.py", "\n"),
    /** A Java function. */
    JAVA("java", "Sample.java", "");

    private final String label;
    private final String file;
    private final String end;

    Sample(String label, String file, String end) {
        this.label = label;
        this.file = file;
        this.end = end;
    }

    /** As a person gives it to {@code --only}. */
    public String label() {
        return label;
    }

    /** What it is asked. */
    public Request request() {
        return Request.get("/");
    }

    /** What it answers after it was written with the number. */
    public String answer(int number) {
        return "{\"save\":" + number + "}" + end;
    }

    /** Its file in a folder. */
    public Path in(Path folder) {
        return folder.resolve(file);
    }

    /** Its text with the number in it. */
    public String text(int number) throws IOException {
        return ApplicationFolder.read("samples/" + file)
                .replace("@SAVE@", Integer.toString(number));
    }

    /** Writes its file, in place as an editor does that does not rename. */
    public Path write(Path folder, int number) throws IOException {
        Files.createDirectories(folder);
        return Files.writeString(in(folder), text(number));
    }
}
