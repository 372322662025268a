// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import dev.polyloom.bridge.python.StockKey.Profile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks at an app's text for what it imports, to guess which warm context suits it. A wrong guess
 * costs time, never correctness.
 */
final class SourceText {

    private static final int FILES_MAX = 200;
    private static final int DEPTH_MAX = 4;

    private SourceText() {}

    /** The profile that suits a Python file or a folder of them. */
    static Profile profile(Path path) {
        List<String> imports = new ArrayList<>();
        for (Path file : files(path)) {
            for (String text : lines(file)) {
                // Indented too: functions that make applications import what they need themselves.
                String line = text.stripLeading();
                if (line.startsWith("import ") || line.startsWith("from ")) {
                    imports.add(topLevel(line));
                }
            }
        }
        return Profile.of(imports);
    }

    private static String topLevel(String line) {
        String name = line.substring(line.indexOf(' ') + 1).strip();
        int end = 0;
        while (end < name.length() && Character.isJavaIdentifierPart(name.charAt(end))) {
            end++;
        }
        return name.substring(0, end);
    }

    private static List<Path> files(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> files = Files.walk(path, DEPTH_MAX)) {
            return files.filter(file -> file.toString().endsWith(".py")).limit(FILES_MAX).toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return List.of();
        }
    }
}
