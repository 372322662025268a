// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LineOutputTest {

    private final List<String> lines = new ArrayList<>();
    private final LineOutput output = new LineOutput(lines::add);

    private void print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        output.write(bytes, 0, bytes.length);
    }

    @Test
    void splitsLinesHoweverTheyArrive() {
        print("one\ntw");
        print("o\r\n\nthr");
        output.close();
        assertThat(lines).containsExactly("one", "two", "", "thr");
    }

    @Test
    void keepsCharactersWholeAcrossWrites() {
        byte[] bytes = "ä\n".getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            output.write(b);
        }
        assertThat(lines).containsExactly("ä");
    }

    @Test
    void cutsAnEndlessLine() {
        print("x".repeat(100_000));
        assertThat(lines).hasSizeGreaterThan(10);
        assertThat(lines).allMatch(line -> line.length() <= 8_192);
    }
}
