// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The loopback interface of a new network namespace, which is down at first. Linux only; done by
 * system call because the program {@code ip} is not everywhere.
 */
final class Loopback {

    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final short IFF_UP = 1;
    private static final int REQUEST_BYTES = 40;
    private static final int FLAGS_OFFSET = 16;

    private Loopback() {}

    /** Brings it up in the namespace of this process. */
    static void up() throws IOException {
        Linker linker = Linker.nativeLinker();
        SymbolLookup libc = linker.defaultLookup();
        try (Arena arena = Arena.ofConfined()) {
            int socket =
                    (int)
                            call(
                                    linker,
                                    libc,
                                    "socket",
                                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                                    AF_INET,
                                    SOCK_DGRAM,
                                    0);
            MemorySegment request = arena.allocate(REQUEST_BYTES, JAVA_LONG.byteAlignment());
            request.setString(0, "lo");
            request.set(JAVA_SHORT, FLAGS_OFFSET, IFF_UP);
            int done =
                    (int)
                            call(
                                    linker,
                                    libc,
                                    "ioctl",
                                    FunctionDescriptor.of(
                                            JAVA_INT, JAVA_INT, JAVA_LONG, ValueLayout.ADDRESS),
                                    socket,
                                    SIOCSIFFLAGS,
                                    request);
            if (socket < 0 || done < 0) {
                throw new IOException("the loopback interface cannot be brought up");
            }
        }
    }

    @SuppressWarnings("restricted") // the one way to the system call
    private static Object call(
            Linker linker,
            SymbolLookup library,
            String name,
            FunctionDescriptor descriptor,
            Object... arguments)
            throws IOException {
        MemorySegment address =
                library.find(name).orElseThrow(() -> new IOException("no function " + name));
        MethodHandle handle =
                name.equals("ioctl")
                        ? linker.downcallHandle(
                                address, descriptor, Linker.Option.firstVariadicArg(2))
                        : linker.downcallHandle(address, descriptor);
        try {
            return handle.invokeWithArguments(arguments);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }
}
