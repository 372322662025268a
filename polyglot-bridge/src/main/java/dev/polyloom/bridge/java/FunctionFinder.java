// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.AppLoadException;
import dev.polyloom.bridge.FunctionManifest;
import dev.polyloom.bridge.GuestError;
import dev.polyloom.bridge.WebKind;
import dev.polyloom.isolates.PoolConfig;
import dev.polyloom.isolates.PoolConfig.Recycling;
import dev.polyloom.sdk.App;
import dev.polyloom.sdk.Function;
import dev.polyloom.sdk.HttpHandler;
import dev.polyloom.sdk.WebEndpoint;
import dev.polyloom.sdk.WebSocketHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the functions among an app's classes by the SDK's annotations and its handler interfaces.
 */
final class FunctionFinder {

    /**
     * What was found.
     *
     * @param name the name the app's classes give it, if any
     * @param functions by class and method name
     */
    record Found(Optional<String> name, List<FoundFunction> functions) {}

    /** Java code runs on virtual threads, so one replica serves many inputs side by side. */
    private static final int INPUTS = 1_000;

    private FunctionFinder() {}

    static Found find(AppClasses classes, String source) throws AppLoadException {
        ClassLoader loader = new AppClassLoader(classes, FunctionFinder.class.getClassLoader());
        Optional<String> name = Optional.empty();
        List<FoundFunction> functions = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (String className : new TreeSet<>(classes.classes().keySet())) {
            Class<?> type = load(loader, className, source);
            App app = type == null ? null : type.getAnnotation(App.class);
            if (app != null) {
                name = Optional.of(app.value());
            }
            if (type != null) {
                add(type, functions, source);
            }
        }
        for (FoundFunction function : functions) {
            if (!names.add(function.manifest().name())) {
                throw fault(source, "two functions are named '" + function.manifest().name() + "'");
            }
        }
        if (functions.isEmpty()) {
            throw fault(
                    source,
                    "nothing to serve: looked for public methods with @WebEndpoint and public classes that implement"
                            + " HttpHandler or WebSocketHandler");
        }
        return new Found(name, functions);
    }

    private static @Nullable Class<?> load(ClassLoader loader, String className, String source)
            throws AppLoadException {
        try {
            return loader.loadClass(className);
        } catch (ClassNotFoundException | LinkageError e) {
            throw fault(source, className + " cannot be loaded: " + e);
        }
    }

    private static void add(Class<?> type, List<FoundFunction> functions, String source)
            throws AppLoadException {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            return;
        }
        if (handles(type) && !type.isAnonymousClass()) {
            String simple = type.getSimpleName();
            String name = simple.substring(0, 1).toLowerCase(Locale.ROOT) + simple.substring(1);
            functions.add(
                    new FoundFunction(
                            manifest(
                                    name,
                                    Optional.empty(),
                                    List.of(),
                                    settings(type, null),
                                    RateRules.of(type, null),
                                    source),
                            type.getName(),
                            Optional.empty()));
        }
        Method[] methods = type.getDeclaredMethods();
        Arrays.sort(methods, Comparator.comparing(Method::getName));
        for (Method method : methods) {
            WebEndpoint endpoint = method.getAnnotation(WebEndpoint.class);
            if (endpoint == null) {
                continue;
            }
            if (!Modifier.isPublic(method.getModifiers())) {
                throw fault(source, "the method " + method.getName() + " must be public");
            }
            functions.add(
                    new FoundFunction(
                            manifest(
                                    method.getName(),
                                    Optional.of(endpoint.label()).filter(label -> !label.isEmpty()),
                                    List.of(endpoint.method().toUpperCase(Locale.ROOT)),
                                    settings(type, method),
                                    RateRules.of(type, method),
                                    source),
                            type.getName(),
                            Optional.of(method.getName())));
        }
    }

    private static boolean handles(Class<?> type) {
        return HttpHandler.class.isAssignableFrom(type)
                || WebSocketHandler.class.isAssignableFrom(type);
    }

    private static @Nullable Function settings(Class<?> type, @Nullable Method method) {
        Function own = method == null ? null : method.getAnnotation(Function.class);
        return own != null ? own : type.getAnnotation(Function.class);
    }

    private static FunctionManifest manifest(
            String name,
            Optional<String> label,
            List<String> methods,
            @Nullable Function settings,
            RateRules rates,
            String source)
            throws AppLoadException {
        try {
            return new FunctionManifest(
                    name,
                    WebKind.WEB_ENDPOINT,
                    label,
                    methods,
                    false,
                    pool(settings),
                    settings == null ? List.of() : List.of(settings.secrets()),
                    rates.limits(),
                    settings == null ? List.of() : List.of(settings.warmUp()));
        } catch (IllegalArgumentException e) {
            throw fault(source, "function '" + name + "': " + e.getMessage());
        }
    }

    private static PoolConfig pool(@Nullable Function settings) {
        PoolConfig base = PoolConfig.DEFAULT;
        if (settings == null) {
            return base.withInputs(INPUTS, INPUTS);
        }
        int inputs = settings.maxInputs();
        return new PoolConfig(
                settings.minReplicas(),
                settings.maxReplicas(),
                settings.bufferReplicas(),
                seconds(settings.scaledownWindowSeconds()),
                inputs,
                settings.targetInputs() == 0 ? inputs : settings.targetInputs(),
                seconds(settings.timeoutSeconds()),
                seconds(settings.startTimeoutSeconds()),
                settings.maxQueued(),
                seconds(settings.queueTimeoutSeconds()),
                settings.singleUse(),
                recycling(settings));
    }

    private static Recycling recycling(Function settings) {
        return settings.maxUses() == 0 && settings.maxAgeSeconds() == 0
                ? Recycling.NEVER
                : new Recycling(
                        settings.maxUses(),
                        seconds(settings.maxAgeSeconds()),
                        0,
                        Recycling.USUAL_JITTER);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private static AppLoadException fault(String source, String message) {
        return new AppLoadException(
                new GuestError(
                        "InvalidFunction", message, Optional.of(source), Optional.empty(), ""));
    }
}
