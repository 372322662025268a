// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

class PoolConfigTest {

    /** In whichever order the classes are first used. */
    @Test
    void itsDefaultsAreWhole() throws Exception {
        var classes = PoolConfig.class.getProtectionDomain().getCodeSource().getLocation();
        for (var first : new Class<?>[] {PoolConfig.Recycling.class, PoolConfig.class}) {
            try (var loader = new URLClassLoader(new URL[] {classes}, null)) {
                Class.forName(first.getName(), true, loader);
                var config = loader.loadClass(PoolConfig.class.getName());
                var defaults = config.getField("DEFAULT").get(null);
                assertThat(config.getMethod("recycling").invoke(defaults)).isNotNull();
            }
        }
    }
}
