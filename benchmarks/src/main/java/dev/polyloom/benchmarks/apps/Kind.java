// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

/** What an application is written against; decides which servers can serve it. */
public enum Kind {
    /** An ASGI application. */
    ASGI,
    /** A WSGI application. */
    WSGI,
    /** A decorated function; the peers serve the same endpoint written by hand with FastAPI. */
    ENDPOINT,
    /** A Java function; the peer is the same route on bare Helidon. */
    JAVA
}
