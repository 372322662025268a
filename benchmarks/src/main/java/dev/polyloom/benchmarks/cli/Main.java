// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.cli;

import dev.polyloom.benchmarks.load.LoadException;
import dev.polyloom.benchmarks.measure.ServerException;
import dev.polyloom.python.EnvironmentException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Runs the command line of the benchmarks. */
public final class Main {

    /** All was measured. */
    static final int OK = 0;

    /** Something could not be measured. */
    static final int FAILED = 1;

    private Main() {}

    /** Runs the command line and exits with its code; 2 when the command line is wrong. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    /** Runs the command line. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new BenchCommand())
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler((failure, line, _) -> {
                    if (!(failure instanceof UnmetException
                            || failure instanceof IOException
                            || failure instanceof EnvironmentException
                            || failure instanceof LoadException
                            || failure instanceof ServerException)) {
                        throw failure;
                    }
                    line.getErr().println("error: " + failure.getMessage());
                    return FAILED;
                })
                .execute(arguments);
    }
}
