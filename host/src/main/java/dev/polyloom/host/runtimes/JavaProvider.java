// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.runtimes;

import dev.polyloom.bridge.AppRuntime;
import dev.polyloom.bridge.AppSource.Language;
import dev.polyloom.bridge.java.JavaRuntime;
import dev.polyloom.host.embed.HostConfig;
import dev.polyloom.host.embed.RuntimeProvider;

/** Opens the Java runtime, which needs nothing prepared. */
public final class JavaProvider implements RuntimeProvider {

    /** For {@link java.util.ServiceLoader}. */
    public JavaProvider() {}

    @Override
    public Language language() {
        return Language.JAVA;
    }

    @Override
    public AppRuntime open(HostConfig config) {
        return new JavaRuntime();
    }
}
