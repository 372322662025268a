// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A file on its way to the client, in pieces, so that its size does not matter. */
final class FileResponse {

    private static final int PIECE_BYTES = 128 << 10;

    private FileResponse() {}

    /** Does what {@link HttpExchange#respondFile} promises. */
    static void send(HttpExchange exchange, int status, Headers headers, Path file)
            throws IOException {
        try (FileChannel content = open(file)) {
            long size = content.size();
            ByteRange range =
                    status == 200 ? ByteRange.wanted(exchange.head(), headers, size) : null;
            if (range == null) {
                exchange.start(status, with(headers, size, List.of()));
                copy(exchange, content, 0, size);
            } else if (range.satisfiable()) {
                String place = "bytes " + range.first() + "-" + range.last() + "/" + size;
                exchange.start(206, with(headers, range.length(), List.of("content-range", place)));
                copy(exchange, content, range.first(), range.length());
            } else {
                exchange.start(416, with(headers, 0, List.of("content-range", "bytes */" + size)));
            }
            exchange.finish();
        }
    }

    private static FileChannel open(Path file) {
        if (!file.isAbsolute() || !Files.isRegularFile(file)) {
            throw new IllegalArgumentException("there is no file to send at " + file);
        }
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file, e);
        }
    }

    /** The app's fields, but for the length, which is that of what is sent. */
    private static Headers with(Headers headers, long length, List<String> more) {
        List<String> flat = new ArrayList<>();
        for (int i = 0; i < headers.size(); i++) {
            if (!headers.name(i).equalsIgnoreCase("content-length")) {
                flat.add(headers.name(i));
                flat.add(headers.value(i));
            }
        }
        flat.add("content-length");
        flat.add(Long.toString(length));
        flat.addAll(more);
        return Headers.ofFlat(flat.toArray(String[]::new));
    }

    private static void copy(HttpExchange exchange, FileChannel content, long from, long length)
            throws IOException {
        if (exchange.head().method().equals("HEAD")) {
            return;
        }
        InputStream in = Channels.newInputStream(content.position(from));
        for (long left = length; left > 0; ) {
            byte[] piece = new byte[(int) Math.min(PIECE_BYTES, left)];
            int count = read(in, piece);
            exchange.write(count == piece.length ? piece : Arrays.copyOf(piece, count));
            left -= count;
        }
    }

    /** A fault of the file is the app's; other than one of the connection, it must be told. */
    private static int read(InputStream in, byte[] piece) {
        try {
            int count = in.read(piece);
            if (count > 0) {
                return count;
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read on in the file", e);
        }
        throw new IllegalStateException("the file has become shorter while it was sent");
    }
}
