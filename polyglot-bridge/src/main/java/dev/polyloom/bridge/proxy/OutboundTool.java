// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.proxy;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that many systems have, which connects a network namespace to the outside: it answers
 * for a network device inside with ordinary sockets of the host. Nothing can connect in by it.
 *
 * <p>Both are asked for the same addresses, which belong to no real network (RFC 6890), so that a
 * name server or neighbour of the host can never be taken for one of them.
 */
enum OutboundTool {
    /** Of the package passt. As root it keeps the user, for nobody may enter root's namespace. */
    PASTA("pasta") {
        @Override
        ProcessBuilder command(Path program, long pid, boolean user) {
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(
                    List.of("--foreground", "--quiet", "--config-net", "--ns-ifname", DEVICE));
            command.addAll(List.of("-t", "none", "-u", "none", "-T", "none", "-U", "none"));
            command.addAll(List.of("-a", ADDRESS, "-n", "25", "-g", HOST));
            command.addAll(List.of("-a", "fd00:706f:6c79::e4", "-g", "fd00:706f:6c79::82"));
            if (user) {
                command.add(Long.toString(pid));
                return new ProcessBuilder(command);
            }
            // It gives up the right to open the namespace of a more privileged process, so that
            // is done for it.
            command.addAll(
                    List.of("--runas", "0", "--no-netns-quit", "--netns", "/proc/self/fd/0"));
            return new ProcessBuilder(command).redirectInput(new File("/proc/" + pid + "/ns/net"));
        }
    },

    /** Of the package of the same name. It ends with its standard input. IPv4 only. */
    SLIRP4NETNS("slirp4netns") {
        @Override
        ProcessBuilder command(Path program, long pid, boolean user) {
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(List.of("--configure", "--mtu=65520", "--cidr=" + NETWORK));
            command.add("--exit-fd=0");
            command.add(user ? "--userns-path=/proc/" + pid + "/ns/user" : "--enable-sandbox");
            command.addAll(List.of(Long.toString(pid), DEVICE));
            return new ProcessBuilder(command);
        }
    };

    private static final String NETWORK = "192.0.0.128/25";
    private static final String ADDRESS = "192.0.0.228";

    /** The network device inside. */
    static final String DEVICE = "out";

    /** Where the host's own loopback address is reached from inside. */
    static final String HOST = "192.0.0.130";

    private final String program;

    OutboundTool(String program) {
        this.program = program;
    }

    /** The name of the program. */
    String program() {
        return program;
    }

    /**
     * What runs it in the foreground, for as long as the namespace is to be connected.
     *
     * @param pid a process in the namespace
     * @param user whether that has a user namespace of its own
     */
    abstract ProcessBuilder command(Path program, long pid, boolean user);
}
