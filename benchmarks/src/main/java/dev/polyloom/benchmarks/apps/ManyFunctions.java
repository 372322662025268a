// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files of many plain Python functions each. Immutable.
 *
 * @param files how many apps
 * @param perFile functions of each; the first of each file is the one that is asked
 */
public record ManyFunctions(int files, int perFile) {

    /** Writes the files into a folder, which is made. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        String head = ApplicationFolder.read("many/functions.py");
        String each = ApplicationFolder.read("many/function.py");
        for (int file = 1; file <= files; file++) {
            StringBuilder text = new StringBuilder(filled(head, file, 0));
            for (int function = 1; function <= perFile; function++) {
                text.append(filled(each, file, function));
            }
            Files.writeString(folder.resolve("many_" + file + ".py"), text);
        }
    }

    private static String filled(String text, int file, int function) {
        return text.replace("@NUMBER@", Integer.toString(file))
                .replace("@FUNCTION@", Integer.toString(function));
    }

    /** What the function that is asked of a file is asked. */
    public static Request request(int file) {
        return Request.get("/many-" + file + "-1-dev/");
    }

    /** What it answers. */
    public static String answer(int file) {
        return "{\"message\":\"Hello, world " + file + "-1\"}";
    }
}
