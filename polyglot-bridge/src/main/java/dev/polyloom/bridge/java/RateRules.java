// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.bridge.RateLimits;
import dev.polyloom.sdk.RateLimit;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rate limits that a Java function is annotated with; a method's win over its class's. */
record RateRules(List<RateLimit> annotations) {

    static RateRules of(Class<?> type, @Nullable Method method) {
        List<RateLimit> own = method == null ? List.of() : on(method);
        return new RateRules(own.isEmpty() ? on(type) : own);
    }

    private static List<RateLimit> on(AnnotatedElement element) {
        return List.of(element.getAnnotationsByType(RateLimit.class));
    }

    /**
     * What they say.
     *
     * @throws IllegalArgumentException when a number is out of range, or there are two of a kind
     */
    RateLimits limits() {
        return new RateLimits(limit(false), limit(true));
    }

    private Optional<dev.polyloom.bridge.RateLimit> limit(boolean perClient) {
        List<RateLimit> these =
                annotations.stream().filter(rule -> rule.perClient() == perClient).toList();
        if (these.size() > 1) {
            throw new IllegalArgumentException(
                    "there may be one @RateLimit for all clients and one with perClient = true");
        }
        return these.stream().findFirst().map(RateRules::limit);
    }

    private static dev.polyloom.bridge.RateLimit limit(RateLimit rule) {
        return rule.burst() == RateLimit.USUAL_BURST
                ? dev.polyloom.bridge.RateLimit.of(rule.value())
                : new dev.polyloom.bridge.RateLimit(rule.value(), rule.burst());
    }
}
