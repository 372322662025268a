// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code NAME:KEY=VALUE} and {@code NAME:@FILE.env}. Errors never repeat a value. Pure
 * functions but for the file.
 */
final class SecretOptions {

    private SecretOptions() {}

    /** A secret option cannot be read. */
    static final class WrongSecretException extends Exception {

        @Serial private static final long serialVersionUID = 1L;

        WrongSecretException(String message) {
            super(message);
        }
    }

    /** The secrets by name; options of one name add up, later keys override. */
    static Map<String, Map<String, String>> parse(List<String> options)
            throws WrongSecretException {
        var secrets = new LinkedHashMap<String, Map<String, String>>();
        for (var option : options) {
            var colon = option.indexOf(':');
            if (colon <= 0) {
                throw new WrongSecretException(
                        "a secret is given as `NAME:KEY=VALUE` or `NAME:@FILE.env`");
            }
            var name = option.substring(0, colon);
            var rest = option.substring(colon + 1);
            var values = secrets.computeIfAbsent(name, _ -> new LinkedHashMap<>());
            if (rest.startsWith("@")) {
                values.putAll(file(name, Path.of(rest.substring(1))));
            } else {
                entry(name, rest, values);
            }
        }
        return secrets;
    }

    private static void entry(String name, String text, Map<String, String> values)
            throws WrongSecretException {
        var equals = text.indexOf('=');
        if (equals <= 0) {
            throw new WrongSecretException("the secret `" + name + "` lacks `KEY=VALUE`");
        }
        var key = text.substring(0, equals).strip();
        if (key.isEmpty() || key.indexOf('\0') >= 0 || text.indexOf('\0') >= 0) {
            throw new WrongSecretException("the secret `" + name + "` has no usable key");
        }
        values.put(key, text.substring(equals + 1));
    }

    private static Map<String, String> file(String name, Path file) throws WrongSecretException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new WrongSecretException(
                    "the file `"
                            + file
                            + "` of the secret `"
                            + name
                            + "` cannot be read: "
                            + e.getClass().getSimpleName());
        }
        return environment(name, file, lines);
    }

    /** The lines of an environment file: {@code KEY=VALUE}, comments, quotes around values. */
    static Map<String, String> environment(String name, Path file, List<String> lines)
            throws WrongSecretException {
        var values = new LinkedHashMap<String, String>();
        for (var i = 0; i < lines.size(); i++) {
            var line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            var text = line.startsWith("export ") ? line.substring("export ".length()) : line;
            var equals = text.indexOf('=');
            if (equals <= 0) {
                throw new WrongSecretException(
                        "%s:%d: the secret `%s` lacks `KEY=VALUE`".formatted(file, i + 1, name));
            }
            values.put(text.substring(0, equals).strip(), unquoted(text.substring(equals + 1)));
        }
        return values;
    }

    private static String unquoted(String text) {
        var value = text.strip();
        if (value.length() >= 2) {
            var first = value.charAt(0);
            var last = value.charAt(value.length() - 1);
            if (first == last && (first == '"' || first == '\'')) {
                return value.substring(1, value.length() - 1);
            }
        }
        return value;
    }
}
