// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polyloom.python.Environment;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.Context;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the tests that are written in Python, on the Python that the host runs. */
@Tag("slow")
final class PythonTestsTest {

    /** Pytest's frames lie between ours: the default stack is too short for them. */
    private static final long STACK_BYTES = 256L << 20;

    private static final Duration WAIT = Duration.ofMinutes(8);

    @Test
    void pass(@TempDir Path folder) throws Exception {
        Environment tools = PythonTools.install();
        System.setProperty(
                "polyglot.engine.userResourceCache",
                PythonTools.installation().resources().toString());
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        FutureTask<Integer> run = new FutureTask<>(() -> pytest(tools, folder, printed));
        Thread.ofPlatform().daemon(true).stackSize(STACK_BYTES).start(run);
        int status = run.get(WAIT.toSeconds(), TimeUnit.SECONDS);
        String text = printed.toString(StandardCharsets.UTF_8);
        assertThat(status).as(text).isZero();
        assertThat(text).contains(" passed");
    }

    private static int pytest(Environment tools, Path folder, ByteArrayOutputStream printed) {
        try (Context python =
                Context.newBuilder("python")
                        .allowAllAccess(true)
                        .allowExperimentalOptions(true)
                        .option("python.Executable", tools.python().toString())
                        .option("python.ForceImportSite", "true")
                        .option("python.IsolateNativeModules", "true")
                        .option("python.DontWriteBytecodeFlag", "true")
                        .option("python.WarnExperimentalFeatures", "false")
                        .option("engine.WarnVirtualThreadSupport", "false")
                        .environment("PATH", tools.bin() + ":" + System.getenv("PATH"))
                        .out(printed)
                        .err(printed)
                        .build()) {
            python.getBindings("python").putMember("module", PythonTools.MODULE.toString());
            python.getBindings("python").putMember("folder", folder.toString());
            return python.eval(
                            "python",
                            """
                            import os, sys
                            os.chdir(module)
                            sys.setrecursionlimit(10_000)
                            import pytest
                            int(pytest.main(["-q", "--color=no", "-p", "no:cacheprovider", "--basetemp", folder + "/pytest"]))
                            """)
                    .asInt();
        }
    }
}
