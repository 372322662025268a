// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A FastAPI application that one replica or worker more is added to. */
public final class ReplicasSample {

    /** The module that holds the application itself. */
    public static final String MODULE = "replicas_app";

    /** A request that is answered at once by the host. */
    public static final Request HELLO = Request.get("/replicas-dev/hello");

    /** The same of a peer. */
    public static final Request PEER_HELLO = Request.get("/hello");

    /** The answer to both. */
    public static final String ANSWER = "{\"message\":\"Hello, world\"}";

    /** A request that keeps a replica for a while. */
    public static final Request HOLD = Request.get("/replicas-dev/hold?seconds=0.5");

    /** Its answer. */
    public static final String HOLD_ANSWER = "{\"held\":0.5}";

    private ReplicasSample() {}

    /**
     * Writes the files into a folder, which is made.
     *
     * @param replicas the most that the host may have
     * @return what the host serves
     */
    public static Path write(Path folder, int replicas) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve(MODULE + ".py"),
                ApplicationFolder.read("replicas/" + MODULE + ".py"));
        return Files.writeString(
                folder.resolve("main.py"),
                ApplicationFolder.read("replicas/replicas.py")
                        .replace("@REPLICAS@", Integer.toString(replicas)));
    }
}
