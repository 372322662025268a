// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import dev.polyloom.host.server.TransportConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a host serves and how. Immutable; start from {@link #of} and change what differs.
 *
 * @param paths what to serve: files, folders, {@code FILE.py:attribute}, {@code FILE.py::function}
 * @param factory whether the named attributes are factories
 * @param host the public listener's address
 * @param port its port, 0 to have one picked
 * @param adminPort the admin listener's port on the loopback address, 0 to have one picked
 * @param dataFolder where the host keeps its state
 * @param secrets the values of each secret by its name
 * @param root the label that also answers at {@code /}
 * @param reload whether changes of files take effect while the host runs
 * @param keepLastGood whether the last good version serves on when a newer one is broken
 * @param eager whether each function has a replica before its first request
 * @param development whether answers tell the traceback of guest faults
 * @param accessLog whether each request is shown
 * @param grace how long requests in flight may take when they are in the way
 * @param bodyBytesMax the longest request body
 * @param trustedProxies the addresses whose {@code X-Forwarded-*} headers are believed
 * @param serverNetworks whether each replica of a {@code @web_server} function has a network of its
 *     own where the platform allows
 * @param transport how the public listener speaks below the level of requests
 * @param limits what all functions together may have
 * @param guard what it bears from the functions it serves
 */
public record HostConfig(
        List<String> paths,
        boolean factory,
        String host,
        int port,
        int adminPort,
        Path dataFolder,
        Map<String, Map<String, String>> secrets,
        Optional<String> root,
        boolean reload,
        boolean keepLastGood,
        boolean eager,
        boolean development,
        boolean accessLog,
        Duration grace,
        long bodyBytesMax,
        Set<String> trustedProxies,
        boolean serverNetworks,
        TransportConfig transport,
        HostLimits limits,
        GuardConfig guard) {

    /** The address of the admin listener. */
    public static final String ADMIN_HOST = "127.0.0.1";

    /** The public port unless told otherwise. */
    public static final int PORT = 8080;

    /** The admin port unless told otherwise. */
    public static final int ADMIN_PORT = 9090;

    /** The longest request body unless told otherwise. */
    public static final long BODY_BYTES_MAX = 100L << 20;

    /** The grace unless told otherwise. */
    public static final Duration GRACE = Duration.ofSeconds(4);

    /** Copies the collections. */
    public HostConfig {
        paths = List.copyOf(paths);
        secrets = copy(secrets);
        trustedProxies = Set.copyOf(trustedProxies);
    }

    private static Map<String, Map<String, String>> copy(Map<String, Map<String, String>> all) {
        var copy = new HashMap<String, Map<String, String>>();
        all.forEach((name, values) -> copy.put(name, Map.copyOf(values)));
        return Map.copyOf(copy);
    }

    /** The defaults of {@code polyloom serve}, on ports that are picked. */
    public static HostConfig of(Path dataFolder, String... paths) {
        return new HostConfig(
                List.of(paths),
                false,
                "127.0.0.1",
                0,
                0,
                dataFolder,
                Map.of(),
                Optional.empty(),
                true,
                false,
                false,
                true,
                true,
                GRACE,
                BODY_BYTES_MAX,
                Set.of(),
                true,
                TransportConfig.DEFAULT,
                HostLimits.DEFAULT,
                GuardConfig.DEFAULT);
    }

    /** This with another way to speak below the level of requests. */
    public HostConfig withTransport(TransportConfig other) {
        return with(trustedProxies, other, limits);
    }

    /** This with other proxies that are believed. */
    public HostConfig withTrustedProxies(Set<String> other) {
        return with(other, transport, limits);
    }

    /** This with other limits for all functions together. */
    public HostConfig withLimits(HostLimits other) {
        return with(trustedProxies, transport, other);
    }

    private HostConfig with(
            Set<String> otherProxies, TransportConfig otherTransport, HostLimits otherLimits) {
        return new HostConfig(
                paths,
                factory,
                host,
                port,
                adminPort,
                dataFolder,
                secrets,
                root,
                reload,
                keepLastGood,
                eager,
                development,
                accessLog,
                grace,
                bodyBytesMax,
                otherProxies,
                serverNetworks,
                otherTransport,
                otherLimits,
                guard);
    }

    /** Names the secrets, never their values. */
    @Override
    public String toString() {
        return "HostConfig[paths=" + paths + ", secrets=" + secrets.keySet() + "]";
    }
}
