// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.polyloom.bridge.WebSocketExchange.Event;
import java.io.EOFException;
import java.io.IOException;

/** WebSockets on which a client sends any bytes, compressed or not. */
final class WsFuzz {

    private static final int MESSAGE_BYTES_MAX = 5_000;

    /** Messages are within their bound, or the connection ends with a code that may be sent. */
    @FuzzTest(maxDuration = "5s")
    void readsOrRefuses(byte[] bytes) throws IOException {
        var source = Halves.of(bytes);
        try (var inflater = new WsInflater(bytes.length % 2 == 0)) {
            var reader = new WsReader(source, MESSAGE_BYTES_MAX, inflater, new Ignored());
            while (true) {
                switch (reader.next()) {
                    case Event.Text(var text) ->
                            assertThat(text.length()).isLessThanOrEqualTo(MESSAGE_BYTES_MAX);
                    case Event.Binary(var data) ->
                            assertThat(data.length).isLessThanOrEqualTo(MESSAGE_BYTES_MAX);
                    case Event.Closed _ -> {
                        return;
                    }
                }
            }
        } catch (WsFrameException e) {
            assertThat(WsFrames.mayBeSent(e.code())).isTrue();
        } catch (EOFException _) {
            // All was read.
        }
    }

    private static final class Ignored implements WsReader.Controls {

        @Override
        public void ping(byte[] payload) {}

        @Override
        public void pong() {}
    }
}
