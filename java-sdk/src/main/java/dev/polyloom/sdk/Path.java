// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Fills a parameter from a segment of the path. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Path {

    /** The name in the path template; the parameter's own when empty. */
    String value() default "";
}
