// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Serves a public method over HTTP. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface WebEndpoint {

    /** The HTTP method; a GET endpoint answers HEAD too. */
    String method() default "GET";

    /** The path below the function's URL, such as {@code /items/{id}}. */
    String path() default "/";

    /** The label instead of {@code <app>-<function>}. */
    String label() default "";
}
