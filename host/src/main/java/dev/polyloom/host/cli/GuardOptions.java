// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.cli;

import dev.polyloom.host.embed.GuardConfig;
import dev.polyloom.host.heap.HeapMark;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of {@code serve} about functions that harm the host. Set by picocli. */
final class GuardOptions {

    @Option(
            names = "--max-abandoned-threads",
            paramLabel = "COUNT",
            defaultValue = "4",
            description = {
                "Beyond so many threads that cannot be stopped /healthz answers 503",
                "(default: ${DEFAULT-VALUE})."
            })
    int maxAbandonedThreads = GuardConfig.DEFAULT.abandonedThreadsMax();

    @Option(
            names = "--heap-soft",
            paramLabel = "LEVEL",
            defaultValue = "75%",
            converter = Level.class,
            description = {
                "How full what lives long may make the heap before no replica but a function's",
                "first is started, as a size or a part (default: ${DEFAULT-VALUE})."
            })
    HeapMark heapSoft = GuardConfig.HEAP_SOFT;

    @Option(
            names = "--heap-hard",
            paramLabel = "LEVEL",
            defaultValue = "90%",
            converter = Level.class,
            description = {
                "How full before the replica that holds most is taken away",
                "(default: ${DEFAULT-VALUE})."
            })
    HeapMark heapHard = GuardConfig.HEAP_HARD;

    /** A level of the heap. */
    static final class Level implements ITypeConverter<HeapMark> {

        Level() {}

        @Override
        public HeapMark convert(String text) {
            try {
                return text.endsWith("%")
                        ? new HeapMark.Share(
                                Double.parseDouble(text.substring(0, text.length() - 1)) / 100)
                        : new HeapMark.Size(Sizes.bytes(text));
            } catch (IllegalArgumentException _) {
                throw new TypeConversionException(
                        "`" + text + "` is not a part of the heap such as `75%`, nor a size");
            }
        }
    }

    GuardConfig config() {
        return new GuardConfig(maxAbandonedThreads, heapSoft, heapHard);
    }
}
