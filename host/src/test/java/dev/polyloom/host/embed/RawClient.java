// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;

/** A client that sends exactly the bytes it is given. */
final class RawClient implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    RawClient(TestHost host) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), host.host.port());
        socket.setSoTimeout((int) TestHost.BOUND.toMillis());
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends text as Latin-1, its line ends as CR LF. */
    RawClient send(String text) throws IOException {
        return sendExactly(text.replace("\n", "\r\n"));
    }

    RawClient sendExactly(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    RawClient endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Reads a head, up to and with its empty line. */
    String head() throws IOException {
        var text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            var c = in.read();
            if (c < 0) {
                break;
            }
            text.append((char) c);
        }
        return text.toString();
    }

    /** Reads a head and a body of the length that it tells. */
    String response() throws IOException {
        var head = head();
        var field = head.toLowerCase(Locale.ROOT).indexOf("content-length: ");
        if (field < 0) {
            return head;
        }
        var start = field + "content-length: ".length();
        var length = Integer.parseInt(head.substring(start, head.indexOf('\r', start)));
        return head + new String(in.readNBytes(length), ISO_8859_1);
    }

    /** Reads so many bytes. */
    byte[] bytes(int count) throws IOException {
        return in.readNBytes(count);
    }

    /** Reads until the host closes the connection. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
