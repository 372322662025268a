// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a response of HTTP/1 may have beyond head and body. */
final class Http1ResponseTest {

    @TempDir static Path folder;

    private static TestHost host;

    @BeforeAll
    static void start() throws Exception {
        var file = Files.writeString(folder.resolve("digits.txt"), "0123456789");
        Files.writeString(
                folder.resolve("t.py"),
                """
                hint: hint </style.css>; rel=preload
                trailers: trailers 42
                file: file %s
                lost: file %s
                """
                        .formatted(file, folder.resolve("none.txt")));
        host = TestHost.serve(folder.resolve("t.py"));
    }

    @AfterAll
    static void stop() {
        host.close();
    }

    private static String get(String name, String more) throws Exception {
        try (var client = new RawClient(host)) {
            client.send(
                    "GET /t-"
                            + name
                            + "-dev/ HTTP/1.1\nHost: x\nConnection: close\n"
                            + more
                            + "\n");
            return client.rest();
        }
    }

    @Test
    void hintsAtFieldsBeforeTheResponse() throws Exception {
        assertThat(get("hint", ""))
                .startsWith("HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n")
                .contains("\r\n\r\nHTTP/1.1 200 OK\r\n")
                .endsWith("hinted");
    }

    @Test
    void hintsNothingToHttp10() throws Exception {
        try (var client = new RawClient(host)) {
            client.send("GET /t-hint-dev/ HTTP/1.0\n\n");
            assertThat(client.rest()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hinted");
        }
    }

    @Test
    void sendsTrailersToClientsThatTakeThem() throws Exception {
        assertThat(get("trailers", "TE: trailers\n"))
                .contains("trailer: x-sum\r\n")
                .endsWith("\r\n\r\n1\r\na\r\n0\r\nx-sum: 42\r\n\r\n");
        assertThat(get("trailers", "")).endsWith("\r\n\r\n1\r\na\r\n0\r\n\r\n");
    }

    @Test
    void sendsAFile() throws Exception {
        assertThat(get("file", ""))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-length: 10\r\n")
                .endsWith("\r\n\r\n0123456789");
    }

    @Test
    void sendsTheRangeOfAFileThatIsAskedFor() throws Exception {
        assertThat(get("file", "Range: bytes=2-4\n"))
                .startsWith("HTTP/1.1 206 Partial Content\r\n")
                .contains("content-length: 3\r\n", "content-range: bytes 2-4/10\r\n")
                .endsWith("\r\n\r\n234");
        assertThat(get("file", "Range: bytes=7-\n")).endsWith("\r\n\r\n789");
        assertThat(get("file", "Range: bytes=-2\n")).endsWith("\r\n\r\n89");
        assertThat(get("file", "Range: bytes=8-100\n")).contains("bytes 8-9/10");
        assertThat(get("file", "If-Range: \"1\"\nRange: bytes=0-0\n")).contains(" 206 ");
    }

    @Test
    void sendsTheWholeFileWhenTheRangeIsNotForIt() throws Exception {
        for (var range :
                new String[] {
                    "Range: bytes=0-1,3-4\n",
                    "Range: bytes=4-2\n",
                    "Range: lines=1-2\n",
                    "Range: bytes=-\n",
                    "If-Range: \"2\"\nRange: bytes=0-0\n"
                }) {
            assertThat(get("file", range)).startsWith("HTTP/1.1 200 OK").endsWith("0123456789");
        }
    }

    @Test
    void refusesARangeBeyondTheEnd() throws Exception {
        assertThat(get("file", "Range: bytes=10-\n"))
                .startsWith("HTTP/1.1 416 ")
                .contains("content-range: bytes */10\r\n", "content-length: 0\r\n");
        assertThat(get("file", "Range: bytes=-0\n")).startsWith("HTTP/1.1 416 ");
    }

    @Test
    void failsWhereThereIsNoFile() throws Exception {
        assertThat(get("lost", "")).startsWith("HTTP/1.1 500 ");
    }
}
