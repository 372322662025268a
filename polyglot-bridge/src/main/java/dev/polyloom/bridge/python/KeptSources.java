// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.truffle.api.source.Source;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what one context has parsed for the next one. Thread-safe.
 *
 * <p>Contexts of an engine share the code of equal sources, parsed and compiled, for as long as
 * something refers to the first of them; and GraalPy 25.0 forgets the sources of modules as soon as
 * they are parsed. So each context that starts after a collection would have code of its own: the
 * time to parse it, the memory, and all that the compiler had learnt of the other's.
 *
 * <p>This reaches into the runtime's own classes, of the version that is pinned, for want of an
 * API.
 */
final class KeptSources {

    /** Bytes and characters of all that is kept; the oldest go first. FastAPI's are 10 MiB. */
    private static final long KEPT_MAX = 48L << 20;

    private final Set<Thread> starting = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock, as are those below. */
    private final Deque<Source> kept = new ArrayDeque<>();

    private long size;

    /** The cache that is watched. The engine makes another when all contexts have been closed. */
    private WeakReference<@Nullable Object> watched = new WeakReference<>(null);

    /** The thread starts a context. */
    void begin(Thread owner) {
        starting.add(owner);
    }

    /** It has, and what it parses from now on is not likely to be parsed again. Idempotent. */
    void end(Thread owner) {
        starting.remove(owner);
    }

    /** Watches what contexts parse that share code with the one that the calling thread is in. */
    void watch() {
        lock.lock();
        try {
            Object cache = cache();
            if (!watched.refersTo(cache)) {
                kept.clear();
                size = 0;
                install(cache);
                watched = new WeakReference<>(cache);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this version of Truffle keeps its sources elsewhere", e);
        } finally {
            lock.unlock();
        }
    }

    private static Object cache() throws ReflectiveOperationException {
        Object language = read(PythonContext.get(null).getEnv(), "polyglotLanguageContext");
        Object layer = read(read(language, "context"), "layer");
        return read(read(layer, "shared"), "sourceCache");
    }

    private void install(Object cache) throws ReflectiveOperationException {
        Field field = field(cache.getClass(), "sourceCacheListener");
        Object before = field.get(cache);
        Class<?> type = field.getType();
        InvocationHandler handler =
                (_, method, arguments) -> {
                    if (method.getName().equals("onCacheMiss")) {
                        keep((Source) arguments[0]);
                    }
                    return call(method, before, arguments);
                };
        field.set(
                cache,
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Method method, Object target, Object[] arguments)
            throws ReflectiveOperationException {
        method.setAccessible(true);
        return method.invoke(target, arguments);
    }

    private static Object read(Object holder, String name) throws ReflectiveOperationException {
        return field(holder.getClass(), name).get(holder);
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(type + "." + name);
    }

    private void keep(Source source) {
        if (starting.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            kept.add(source);
            size += length(source);
            while (size > KEPT_MAX) {
                size -= length(kept.remove());
            }
        } finally {
            lock.unlock();
        }
    }

    private static long length(Source source) {
        return source.hasBytes() ? source.getBytes().length() : source.getLength();
    }
}
