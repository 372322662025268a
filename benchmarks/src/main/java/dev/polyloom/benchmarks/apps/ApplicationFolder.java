// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of one application, written where the servers find them. Immutable.
 *
 * @param path where the peers start; holds the module
 * @param polyloom what Polyloom is told to serve
 */
public record ApplicationFolder(Path path, Path polyloom) {

    /**
     * Writes the files.
     *
     * @param folder is made
     * @param replicas how many replicas Polyloom may have at most
     */
    public static ApplicationFolder write(Application application, Path folder, int replicas)
            throws IOException {
        Files.createDirectories(folder);
        return switch (application.kind()) {
            case ASGI -> wrapped(application, folder, replicas, "serve_asgi.py");
            case WSGI -> wrapped(application, folder, replicas, "serve_wsgi.py");
            case ENDPOINT -> {
                copy(application.peerModule() + ".py", folder);
                yield own(application, application.module() + ".py", folder, replicas);
            }
            case JAVA -> own(application, application.module() + ".java", folder, replicas);
        };
    }

    private static ApplicationFolder wrapped(
            Application application, Path folder, int replicas, String wrapper) throws IOException {
        copy(application.module() + ".py", folder);
        if (!application.packages().isEmpty()) {
            Files.write(folder.resolve("requirements.txt"), application.packages());
        }
        Files.writeString(folder.resolve("main.py"), filled(read(wrapper), application, replicas));
        return new ApplicationFolder(folder, folder);
    }

    private static void copy(String name, Path folder) throws IOException {
        Files.writeString(folder.resolve(name), read(name));
    }

    private static ApplicationFolder own(
            Application application, String name, Path folder, int replicas) throws IOException {
        Path file =
                Files.writeString(folder.resolve(name), filled(read(name), application, replicas));
        return new ApplicationFolder(folder, file);
    }

    private static String filled(String template, Application application, int replicas) {
        return template.replace("@MODULE@", application.module())
                .replace("@REPLICAS@", Integer.toString(replicas))
                .replace("@INPUTS@", Integer.toString(application.inputs()));
    }

    /** A file of the jar's folder of applications. */
    static String read(String name) throws IOException {
        try (InputStream in =
                ApplicationFolder.class.getResourceAsStream(
                        "/dev/polyloom/benchmarks/apps/" + name)) {
            if (in == null) {
                throw new IOException("the benchmarks' jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
