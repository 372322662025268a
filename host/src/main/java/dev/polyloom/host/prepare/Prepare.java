// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import dev.polyloom.python.CacheFolder;
import dev.polyloom.python.EnvironmentException;
import dev.polyloom.python.PythonCommand;
import dev.polyloom.python.PythonInstallation;
import dev.polyloom.python.PythonInstaller;
import java.io.IOException;
import java.nio.file.Path;

/** The program that prepares everything and writes down where it is. */
final class Prepare {

    private Prepare() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 1) {
            System.err.println("usage: Prepare FOLDER, where the launch files are written");
            System.exit(2);
        }
        try {
            CacheFolder cache = CacheFolder.chosen();
            PythonInstallation python =
                    new PythonInstaller(cache, PythonCommand.ofThisProcess())
                            .install(line -> System.err.println("polyloom: " + line));
            python.write(Path.of(arguments[0], "python.properties"));
            System.out.println(python.base().folder());
        } catch (EnvironmentException e) {
            System.err.println("polyloom: " + e.getMessage());
            System.exit(1);
        }
    }
}
