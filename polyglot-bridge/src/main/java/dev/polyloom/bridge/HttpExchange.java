// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * One request and its response, as the host lends it to an isolate.
 *
 * <p>Reading may go on in one thread while another writes; otherwise confined to the thread that
 * serves it. All methods may block on the client; a client that has gone away surfaces as an {@link
 * IOException}.
 */
public interface HttpExchange {

    /** The request's head. */
    RequestHead head();

    /** The body's length in bytes, 0 when there is none, -1 when it is not known in advance. */
    long contentLength();

    /**
     * The request body, read from the client as it is asked for; a body over the limit fails with
     * {@link BodyTooLargeException}.
     */
    InputStream body();

    /**
     * Sends a whole response in one go. {@code content-length} is set when the app did not.
     *
     * @throws IllegalStateException when a response was started
     * @throws IllegalArgumentException when a header holds a line break or a NUL, or the status is
     *     not 200 to 599
     */
    void respond(int status, Headers headers, byte[] body) throws IOException;

    /**
     * Gives the words that stand beside a status, for a response with it that is sent later. Does
     * nothing where the protocol has none.
     *
     * @throws IllegalArgumentException when they hold a line break or another control character
     */
    default void reason(int status, String phrase) throws IOException {}

    /**
     * Starts a response whose body follows through {@link #write}; exceptions as for {@link
     * #respond}.
     */
    void start(int status, Headers headers) throws IOException;

    /** Writes a piece of the body and flushes it to the client; blocks while the client is slow. */
    void write(byte[] piece) throws IOException;

    /** Ends the body that {@link #start} began. */
    void finish() throws IOException;

    /**
     * Ends the body with fields after it. They are dropped where the client cannot take them.
     *
     * @throws IllegalArgumentException when a field may not stand there
     */
    default void finish(Headers trailers) throws IOException {
        TrailerFields.check(trailers);
        finish();
    }

    /**
     * Tells the client fields that the response will have, such as {@code link}. Does nothing once
     * a response was started, or where the protocol has no such message.
     *
     * @throws IllegalArgumentException as for {@link #respond}
     */
    default void earlyHint(Headers fields) throws IOException {}

    /**
     * Sends a file as a whole response, or the range of it that the client asks for when the status
     * is 200 and the app has not chosen one itself.
     *
     * @throws IllegalArgumentException when the file cannot be read, and as for {@link #respond}
     */
    default void respondFile(int status, Headers headers, Path file) throws IOException {
        FileResponse.send(this, status, headers, file);
    }

    /** Whether a response was started. */
    boolean started();

    /**
     * Runs an action, once and in any thread, when the client goes away before the response is
     * complete.
     */
    void onClientGone(Runnable action);
}
