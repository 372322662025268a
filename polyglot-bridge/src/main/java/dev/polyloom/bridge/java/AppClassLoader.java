// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Defines an app's classes for one isolate; everything else comes from the host's loader.
 * Thread-safe.
 */
final class AppClassLoader extends ClassLoader {

    private final AppClasses app;

    AppClassLoader(AppClasses app, ClassLoader parent) {
        super("polyloom-app", parent);
        this.app = app;
    }

    static {
        registerAsParallelCapable();
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        byte[] bytes = app.classes().get(name);
        if (bytes == null) {
            return super.loadClass(name, resolve);
        }
        // An app's own class comes before one of the same name in the host.
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : defineClass(name, bytes, 0, bytes.length);
        }
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
        byte[] bytes = app.resources().get(name);
        return bytes == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(bytes);
    }
}
