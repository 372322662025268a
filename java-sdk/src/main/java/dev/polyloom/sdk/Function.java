// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Limits and scaling of a function, or of all functions of a class. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Function {

    /** Replicas kept ready even when idle. */
    int minReplicas() default 0;

    /** Most replicas at once. */
    int maxReplicas() default 2;

    /** Seconds a replica above the minimum stays idle before it is taken away. */
    double scaledownWindowSeconds() default 60;

    /** Seconds one input may run. */
    double timeoutSeconds() default 300;

    /** Most inputs that one replica takes at once; each runs on a virtual thread of its own. */
    int maxInputs() default 1_000;

    /** Names of the secrets; their values come as parameters annotated with {@link Secret}. */
    String[] secrets() default {};
}
