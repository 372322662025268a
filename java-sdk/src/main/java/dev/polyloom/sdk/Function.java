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

    /** Idle replicas kept ready beside the busy ones while the function is in use. */
    int bufferReplicas() default 0;

    /** Seconds a replica above the minimum stays idle before it is taken away. */
    double scaledownWindowSeconds() default 60;

    /** Seconds one input may run. */
    double timeoutSeconds() default 300;

    /** Most inputs that one replica takes at once; each runs on a virtual thread of its own. */
    int maxInputs() default 1_000;

    /** Inputs per replica that the scaling aims at; 0 for {@link #maxInputs()}. */
    int targetInputs() default 0;

    /** Seconds a replica may take to start, its warm-up included. */
    double startTimeoutSeconds() default 60;

    /** Most inputs that wait for a replica; those beyond are answered with 503. */
    int maxQueued() default 2_000;

    /** Seconds an input may wait for a replica before it is answered with 503. */
    double queueTimeoutSeconds() default 60;

    /** Whether a replica is replaced after one input. */
    boolean singleUse() default false;

    /**
     * Inputs after which a replica is replaced, 0 for never. Each replica goes a little earlier, by
     * a share of its own.
     */
    long maxUses() default 0;

    /** Seconds after which a replica is replaced, likewise. */
    double maxAgeSeconds() default 0;

    /** Paths, perhaps with queries, that are requested of a new replica before it takes inputs. */
    String[] warmUp() default {};

    /** Names of the secrets; their values come as parameters annotated with {@link Secret}. */
    String[] secrets() default {};
}
