// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.apps;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The longer bodies that applications must answer with. */
final class Answers {

    private static final String PART =
            """
            <h2>Part %1$d</h2>
            <p>A paragraph with <em>emphasis</em>, <strong>strong words</strong>, <code>code</code> \
            and <a href="https://example.org/%1$d" title="Title">a link</a>.
            It goes on for <em>a second</em> line.</p>
            <ol>
            <li>first</li>
            <li>second, with <code>code</code>
            <ul>
            <li>deeper</li>
            <li>and <strong>deeper</strong></li>
            </ul>
            </li>
            </ol>
            <blockquote>
            <p>Quoted by somebody
            who said more.</p>
            </blockquote>
            <pre><code>indented = %1$d
            </code></pre>
            """;

    private Answers() {}

    static String records(int count, String more) {
        return IntStream.range(0, count)
                .mapToObj(number ->
                        "{\"id\":"
                                + number
                                + ",\"name\":\"record "
                                + number
                                + "\",\"active\":"
                                + (number % 2 == 0)
                                + more
                                + "}")
                .collect(Collectors.joining(",", "{\"records\":[", "]}"));
    }

    static String chunks() {
        return IntStream.range(0, 10)
                .mapToObj(number -> "chunk " + number + "\n")
                .collect(Collectors.joining());
    }

    static String page() {
        return IntStream.range(0, 30)
                .mapToObj(number ->
                        "\n<li class=\""
                                + (number % 2 == 0 ? "even" : "odd")
                                + "\">item &lt;"
                                + number
                                + "&gt;: "
                                + number
                                + "</li>")
                .collect(
                        Collectors.joining(
                                "",
                                "<!doctype html>\n<title>Prices</title>\n<h1>Prices</h1>\n<ul>",
                                "\n</ul>"));
    }

    static String markdown() {
        return IntStream.range(0, 10).mapToObj(PART::formatted).collect(Collectors.joining());
    }
}
