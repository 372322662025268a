// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The name servers of this machine that a network namespace cannot reach by itself. */
final class Resolvers {

    private static final Path FILE = Path.of("/etc/resolv.conf");
    private static final String KEY = "nameserver";
    private static final int MAX = 3; // What resolv.conf(5) allows.

    private Resolvers() {}

    /** Those that programs ask now and that listen on a loopback address. */
    static List<InetAddress> onLoopback() {
        try {
            return onLoopback(Files.readString(FILE, StandardCharsets.ISO_8859_1));
        } catch (IOException _) {
            return onLoopback("");
        }
    }

    /** Likewise, by what is said in the file. Where it names none, this machine is asked. */
    static List<InetAddress> onLoopback(String file) {
        List<InetAddress> all =
                file.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith(KEY))
                        .map(line -> line.substring(KEY.length()).strip())
                        .flatMap(Resolvers::address)
                        .limit(MAX)
                        .toList();
        return all.isEmpty()
                ? address("127.0.0.1").toList()
                : all.stream().filter(InetAddress::isLoopbackAddress).distinct().toList();
    }

    private static Stream<InetAddress> address(String text) {
        try {
            return Stream.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Stream.empty();
        }
    }
}
