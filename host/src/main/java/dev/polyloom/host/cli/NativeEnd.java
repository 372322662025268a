// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Keeps the destructors of native libraries from running when the process ends. Python's native
 * packages are loaded once for each context, and their threads and those of the JVM still use them
 * while {@code exit} takes them apart one after the other: that has ended in an abort. There is
 * nothing left to save at that point.
 */
final class NativeEnd {

    private static final System.Logger LOG = System.getLogger(NativeEnd.class.getName());

    private NativeEnd() {}

    /**
     * Lets the process end without destructors from now on. To be called last: what C libraries
     * hold in their buffers is written now. Does nothing where the C library has no {@code
     * on_exit}, which only glibc has.
     */
    @SuppressWarnings("restricted") // the host's options enable native access
    static void skipDestructors() {
        try {
            var linker = Linker.nativeLinker();
            var library = linker.defaultLookup();
            var onExit = library.find("on_exit");
            var exit = library.find("_exit");
            var flush = library.find("fflush");
            if (onExit.isEmpty() || exit.isEmpty() || flush.isEmpty()) {
                return;
            }
            var one = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
            int _ = (int) linker.downcallHandle(flush.get(), one).invokeExact(MemorySegment.NULL);
            var two =
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
            // The last one registered runs first, before any library's, with the exit code.
            int _ =
                    (int)
                            linker.downcallHandle(onExit.get(), two)
                                    .invokeExact(exit.get(), MemorySegment.NULL);
        } catch (Throwable e) { // what invokeExact is declared to throw
            LOG.log(System.Logger.Level.DEBUG, "native destructors will run", e);
        }
    }
}
