// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.conformance;

import java.util.List;

/**
 * A suite of tests that others wrote, with the best score of a peer that is known: measured on
 * CPython 3.11 with the peers' releases of November 2026.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are those of List.of, the peers records
public enum Suite {
    /** The cases of the Autobahn testsuite, as kosoku runs them: RFC 6455 and 7692. */
    AUTOBAHN("autobahn", Target.BARE, List.of(), new Peer("uvicorn", 513, 517)) {
        @Override
        List<String> options() {
            return LARGE_MESSAGES;
        }
    },

    /** The same over HTTP/2, RFC 8441; no other server's score over it is known. */
    AUTOBAHN_H2("autobahn-h2", Target.BARE, List.of(), new Peer("uvicorn, HTTP/1.1", 513, 517)) {
        @Override
        List<String> options() {
            return LARGE_MESSAGES;
        }
    },

    /** HTTP/2 and HPACK. */
    H2SPEC("h2spec", Target.BARE, List.of(), new Peer("hypercorn", 143, 145)),

    /** The requests of gunicorn's own tests, valid and to be refused, whole and byte by byte. */
    VECTORS("vectors", Target.BARE, List.of(), new Peer("gunicorn", 112, 117)),

    /** Three linters of WSGI. */
    WSGI_LINT("wsgi-lint", Target.LINTED, List.of("webtest"), new Peer("gunicorn", 1, 1)),

    /** Tests made from the schema of an API. */
    SCHEMATHESIS("schemathesis", Target.ITEMS, List.of(), new Peer("uvicorn", 1, 1)),

    /** WebDAV, and so unusual methods and fields. */
    LITMUS("litmus", Target.DAV, List.of("wsgidav"), new Peer("gunicorn", 104, 104)),

    /** Normal requests beside clients that are slow on purpose. */
    SLOWHTTPTEST("slowhttptest", Target.BARE, List.of(), new Peer("uvicorn", 37, 39)),

    /** What is odd about responses. */
    HTTPLINT("httplint", Target.BARE, List.of(), new Peer("uvicorn", 1, 1)),

    /** Real applications with checks of their own, which only a folder of runners has. */
    APPS("apps", Target.BARE, List.of(), new Peer("CPython", 1, 1)) {
        @Override
        public boolean needsRunners() {
            return true;
        }
    };

    /** Some of Autobahn's messages have 16 MiB. */
    private static final List<String> LARGE_MESSAGES = List.of("--max-ws-message", "32MiB");

    private final String label;
    private final Target target;
    private final List<String> requirements;
    private final Peer best;

    Suite(String label, Target target, List<String> requirements, Peer best) {
        this.label = label;
        this.target = target;
        this.requirements = requirements;
        this.best = best;
    }

    /** The applications that suites ask. */
    enum Target {
        BARE("bare.py"),
        ITEMS("items.py"),
        LINTED("linted.py"),
        DAV("dav.py");

        private final String file;

        Target(String file) {
            this.file = file;
        }

        String file() {
            return file;
        }
    }

    /**
     * The best score of another server that is known. Peers may have been asked another number of
     * questions: what is compared is the share.
     */
    public record Peer(String name, int passed, int total) {

        /** As a person reads it. */
        public String text() {
            return passed == total ? name + ": all" : name + ": " + passed + "/" + total;
        }
    }

    /** Its name on the command line and in tables. */
    public String label() {
        return label;
    }

    /** Whether there is no driver of our own for it. */
    public boolean needsRunners() {
        return false;
    }

    Target target() {
        return target;
    }

    /** What its application needs installed. */
    List<String> requirements() {
        return requirements;
    }

    /** How the host is started for it. */
    List<String> options() {
        return List.of();
    }

    /** The best peer's score. */
    public Peer best() {
        return best;
    }
}
