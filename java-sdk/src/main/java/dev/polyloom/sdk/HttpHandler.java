// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.sdk;

/**
 * A function as a class: takes every request to its URL. One instance serves a replica, from many
 * threads at once.
 */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Answers a request.
     *
     * @throws Exception any; the client gets 500, or what an {@link HttpError} says
     */
    HttpResponse handle(HttpRequest request) throws Exception;
}
