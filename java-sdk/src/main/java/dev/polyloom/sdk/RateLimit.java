// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How many inputs a function, or each function of a class, takes in a time. Inputs beyond that are
 * answered with 429 before they reach a replica. A function may have one limit for all clients and
 * one for each client.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Repeatable(RateLimit.All.class)
public @interface RateLimit {

    /** Says that the burst is five seconds' worth of inputs. */
    long USUAL_BURST = -1;

    /** Inputs a second in the long run; fractions are allowed. */
    double value();

    /** Inputs that may come at once after a pause. */
    long burst() default USUAL_BURST;

    /** Whether the limit holds for each client address on its own. */
    boolean perClient() default false;

    /** Several limits. The compiler writes it. */
    @Documented
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    @interface All {

        /** The limits. */
        RateLimit[] value();
    }
}
