// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code resolv.conf} says. */
final class ResolversTest {

    private static List<String> onLoopback(String file) {
        return Resolvers.onLoopback(file).stream().map(InetAddress::getHostAddress).toList();
    }

    @Test
    void onlyThoseOnALoopbackAddressAreStoodInFor() {
        assertThat(
                        onLoopback(
                                """
                                # written by a program
                                options edns0
                                nameserver 127.0.0.53
                                nameserver 192.0.2.1
                                  nameserver   ::1
                                """))
                .containsExactly("127.0.0.53", "0:0:0:0:0:0:0:1");
        assertThat(onLoopback("nameserver 192.0.2.1\nnameserver fe80::1%eth0\n")).isEmpty();
    }

    @Test
    void thisMachineIsAskedWhereNoneIsNamed() {
        assertThat(onLoopback("")).containsExactly("127.0.0.1");
        assertThat(onLoopback("search example.org\nnameserver\n")).containsExactly("127.0.0.1");
    }

    @Test
    void noMoreThanProgramsWouldAsk() {
        assertThat(onLoopback("nameserver 127.0.0.1\n".repeat(9) + "nameserver 127.0.0.2\n"))
                .containsExactly("127.0.0.1");
    }
}
