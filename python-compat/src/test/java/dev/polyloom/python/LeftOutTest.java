// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeftOutTest {

    private static final EnvironmentSpec SPEC =
            new EnvironmentSpec(
                    List.of("Fast_JSON>=3"),
                    List.of("# needed\nweb-app[all] ; python_version > '3'\n-r other.txt\n"),
                    EnvironmentSpec.Indexes.USUAL,
                    false);

    @TempDir Path folder;

    private static EnvironmentException failure(String output) {
        return new EnvironmentException("could not install", output);
    }

    @Test
    void leavesOutWhatOthersAskForAndCannotBeBuilt() throws Exception {
        var leftOut = new LeftOut(SPEC);
        assertThat(leftOut.options(folder)).isEmpty();
        assertThat(leftOut.next(failure("error: Failed to build `C_FFI==2.1.1`")))
                .contains("c-ffi");
        var nested = "error: Failed to build `c-ffi==2`\n cause: Failed to build `brotli==1.0`";
        assertThat(leftOut.next(failure(nested))).contains("brotli");
        assertThat(leftOut.options(folder)).first().isEqualTo("--override");
        assertThat(folder.resolve("left-out.in"))
                .hasContent(
                        "brotli ; sys_platform == 'nowhere'\nc-ffi ; sys_platform == 'nowhere'");
        assertThat(leftOut.next(failure("  × Failed to download and build `zstd==1.5`")))
                .contains("zstd");
        leftOut.write(folder);
        assertThat(folder.resolve("left-out")).hasContent("brotli\nc-ffi\nzstd");
    }

    @Test
    void givesUpOnWhatTheAppItselfAsksFor() {
        var leftOut = new LeftOut(SPEC);
        assertThat(leftOut.next(failure("Failed to build `fast-json==3.0`"))).isEmpty();
        assertThat(leftOut.next(failure("Failed to build `Web.App==1`"))).isEmpty();
        assertThat(leftOut.next(failure("No solution found"))).isEmpty();
    }

    @Test
    void givesUpWhenTooMuchFails() {
        var leftOut = new LeftOut(EnvironmentSpec.BASE);
        for (var i = 0; i < 8; i++) {
            assertThat(leftOut.next(failure("Failed to build `p" + i + "==1`"))).isPresent();
        }
        assertThat(leftOut.next(failure("Failed to build `more==1`"))).isEmpty();
    }
}
