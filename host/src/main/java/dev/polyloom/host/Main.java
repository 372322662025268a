// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host;

import dev.polyloom.host.cli.Commands;

/** The program {@code polyloom}. */
public final class Main {

    private Main() {}

    /** Runs the command line and exits with its code. */
    public static void main(String[] arguments) {
        var end = Commands.run(EarlyStart.of(arguments), arguments);
        if (end.started()) {
            System.exit(end.code());
        }
        // An ordinary exit would first start the log for an event that nobody reads.
        Runtime.getRuntime().halt(end.code());
    }
}
