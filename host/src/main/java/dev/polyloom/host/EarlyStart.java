// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host;

import dev.polyloom.host.embed.PolyloomHost;
import dev.polyloom.host.embed.RuntimeProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Begins the slowest part of a start, the first Python context, before the command line has been
 * parsed: by the time the server is up, that context is half done.
 */
final class EarlyStart {

    private EarlyStart() {}

    /** The languages there are, told what the command line seems to serve. */
    static List<RuntimeProvider> of(String[] arguments) {
        var providers = PolyloomHost.providers();
        if (arguments.length > 1 && arguments[0].equals("serve")) {
            var paths =
                    Arrays.stream(arguments)
                            .skip(1)
                            .filter(EarlyStart::isPath)
                            .map(Path::of)
                            .toList();
            providers.forEach(provider -> provider.expect(paths));
        }
        return providers;
    }

    private static boolean isPath(String argument) {
        try {
            return !argument.startsWith("-") && Path.of(argument).toFile().exists();
        } catch (InvalidPathException _) {
            return false;
        }
    }
}
