// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Fills a parameter from a field of a form, urlencoded or multipart; a file as an {@link Upload}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Form {

    /** The name in the request; the parameter's own when empty. */
    String value() default "";

    /**
     * The text to read when the request has none; without it the parameter is required, unless it
     * is an Optional.
     */
    String[] defaultValue() default {};
}
