// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names the app of the functions in a class; without it the file's name is used. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface App {

    /** The name. */
    String value();
}
