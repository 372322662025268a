// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.servers;

import dev.polyloom.benchmarks.apps.Application;
import dev.polyloom.benchmarks.apps.ApplicationFolder;
import dev.polyloom.benchmarks.apps.Kind;
import java.util.Set;

/** A server that takes part. Immutable. */
public interface Contender {

    /** As a person gives it to {@code --peers}, and as tables show it. */
    String name();

    /** What it can serve. */
    Set<Kind> kinds();

    /** Whether it compiles code as it runs, so that its warm-up takes time. */
    boolean compiles();

    /**
     * How it is started.
     *
     * @param workers of the peers; replicas of Polyloom are limited by the application's files
     */
    Command command(Application application, ApplicationFolder files, int port, int workers);
}
