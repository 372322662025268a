// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.sdk.WebEndpoint;
import java.lang.reflect.Method;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A function's classes in a loader of their own, with what must not be shared between loaders. None
 * of the user's code has run, so that it may be made before anyone needs it. Immutable.
 *
 * @param type the class that holds the function
 * @param method the function, none for a handler
 * @param json converts; it caches by class, and would keep the loader alive if it were shared
 */
record LoadedCode(Class<?> type, Optional<Method> method, JsonMapper json)
        implements AutoCloseable {

    /**
     * Loads.
     *
     * @throws ReflectiveOperationException when the class is not there
     * @throws LinkageError when what it needs is not there
     */
    static LoadedCode of(JavaCode code) throws ReflectiveOperationException {
        ClassLoader loader = new AppClassLoader(code.classes(), LoadedCode.class.getClassLoader());
        Class<?> type = loader.loadClass(code.function().className());
        Optional<Method> method = code.function().methodName().map(name -> method(type, name));
        JsonMapper json =
                JsonMapper.builder()
                        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                        .build();
        return new LoadedCode(type, method, json);
    }

    private static Method method(Class<?> type, String name) {
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals(name) && method.isAnnotationPresent(WebEndpoint.class)) {
                return method;
            }
        }
        throw new IllegalArgumentException("no method " + name);
    }

    /** Has the converter learn what the function returns, which takes longest the first time. */
    void learn() {
        try {
            method.ifPresent(found -> {
                var _ = json.writerFor(json.constructType(found.getGenericReturnType()));
            });
        } catch (JacksonException | LinkageError _) {
            // Whoever calls the function is told.
        }
    }

    /** There is nothing to close: the loader goes with its classes. */
    @Override
    public void close() {}
}
