// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

/**
 * The code of one function as one generation of its app has it. Only equal to itself. Thread-safe.
 */
final class JavaCode {

    private final AppClasses classes;
    private final FoundFunction function;
    private volatile boolean retired;

    JavaCode(AppClasses classes, FoundFunction function) {
        this.classes = classes;
        this.function = function;
    }

    AppClasses classes() {
        return classes;
    }

    FoundFunction function() {
        return function;
    }

    /** Says that its app is closed, so that nothing of it is to be kept. */
    void retire() {
        retired = true;
    }

    /** Whether its app is closed. */
    boolean retired() {
        return retired;
    }

    @Override
    public String toString() {
        return function.manifest().name();
    }
}
