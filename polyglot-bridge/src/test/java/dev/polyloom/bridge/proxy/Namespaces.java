// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/** Network namespaces for tests, which are skipped where there are none. */
final class Namespaces {

    private Namespaces() {}

    /** A new one, without a way out. */
    static NamespaceNetwork open() throws InterruptedException {
        for (boolean user : List.of(false, true)) {
            Optional<NamespaceNetwork.Tools> tools = NamespaceNetwork.Tools.find(user);
            assumeTrue(tools.isPresent(), "there are no namespaces");
            try {
                return NamespaceNetwork.open(tools.orElseThrow());
            } catch (IOException _) {
                // This way is not allowed; there is another.
            }
        }
        throw new TestAbortedException("namespaces are not allowed");
    }

    /** An address where this machine is not by itself. */
    static InetAddress addressOfThisMachine() throws IOException {
        Optional<InetAddress> address =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
                        .findFirst();
        assumeTrue(address.isPresent(), "this machine has a loopback address only");
        return address.orElseThrow();
    }
}
