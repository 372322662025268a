// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.heap;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Gives the memory of a heap that has grown under load back to the system once the host has come to
 * rest. Confined to one thread.
 *
 * <p>The parallel collector shrinks the heap in a collection that is asked for only with {@code
 * -XX:+UseAdaptiveSizePolicyWithSystemGC}, and down to what {@code MaxHeapFreeRatio} says. That it
 * says so all the time would cost collections under load. Without that option, as in another
 * program that embeds a host, this does nothing.
 */
final class IdleHeap {

    /** Without any collection for so long, nobody does much. */
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(15);

    private static final long EVERY_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final long WORTH_BYTES = 64L << 20;
    private static final String RATIO = "MaxHeapFreeRatio";
    private static final String REST_PERCENT = "10";

    private final OldGeneration old;
    private final Optional<HotSpotDiagnosticMXBean> flags;
    private long collections;
    private long restSinceNanos;
    private long lastNanos;

    /** What the last collection here could not give back, such as what {@code -Xms} keeps. */
    private long keptBytes;

    IdleHeap(OldGeneration old, long nowNanos) {
        this.old = old;
        this.flags = shrinking();
        this.restSinceNanos = nowNanos;
        this.lastNanos = nowNanos - EVERY_NANOS;
    }

    private static Optional<HotSpotDiagnosticMXBean> shrinking() {
        try {
            return Optional.ofNullable(
                            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class))
                    .filter(bean -> isOn(bean, "UseParallelGC"))
                    .filter(bean -> isOn(bean, "UseAdaptiveSizePolicyWithSystemGC"))
                    .filter(bean -> bean.getVMOption(RATIO).isWriteable());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static boolean isOn(HotSpotDiagnosticMXBean bean, String flag) {
        return bean.getVMOption(flag).getValue().equals("true");
    }

    /** Collects, when the host is at rest and there is something to give back. */
    void look(long now) {
        if (flags.isEmpty()) {
            return;
        }
        var count = OldGeneration.allCollections();
        if (count != collections) {
            collections = count;
            restSinceNanos = now;
        } else if (now - restSinceNanos > REST_NANOS
                && now - lastNanos > EVERY_NANOS
                && old.spareBytes() - keptBytes > WORTH_BYTES) {
            lastNanos = now;
            collect(flags.get());
            keptBytes = old.spareBytes();
        }
    }

    private static void collect(HotSpotDiagnosticMXBean bean) {
        VMOption before = bean.getVMOption(RATIO);
        bean.setVMOption(RATIO, REST_PERCENT);
        try {
            // The second shrinks the young generation, which the first has filled.
            System.gc();
            System.gc();
        } finally {
            bean.setVMOption(RATIO, before.getValue());
        }
    }
}
