// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import org.graalvm.polyglot.Engine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs on the runtime image, as all slow tests do. */
@Tag("slow")
final class RuntimeImageTest {

    @Test
    void compilesGuestCode() {
        try (Engine engine = Engine.create()) {
            assertThat(engine.getImplementationName()).isNotEqualTo("Interpreted");
        }
    }

    @Test
    void holdsTheCompilerAmongItsOwnModules() {
        assertThat(System.getProperty("java.home")).containsPattern("/image/[0-9a-f]+/jdk$");
        assertThat(ModuleLayer.boot().modules().stream().map(Module::getName))
                .containsAll(Launch.COMPILER_MODULES)
                .contains("jdk.compiler", "java.net.http", "jdk.zipfs");
    }
}
