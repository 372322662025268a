// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

/** A source of monotonic time, so that policy can be tested in virtual time. */
@FunctionalInterface
public interface Ticker {

    /** The JVM's monotonic clock. */
    Ticker SYSTEM = System::nanoTime;

    /** {@return nanoseconds since an arbitrary origin} */
    long nanos();
}
