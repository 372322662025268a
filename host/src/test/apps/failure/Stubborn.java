import dev.polyloom.sdk.Function;
import dev.polyloom.sdk.WebEndpoint;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Java functions that run past their timeout. */
@Function(timeoutSeconds = 1, maxReplicas = 1)
public final class Stubborn {

    private static final AtomicInteger ENDED = new AtomicInteger();

    /** Gives way, after some cleaning up that takes its time. */
    @WebEndpoint
    public static String yielding(boolean forever) throws InterruptedException {
        try {
            if (forever) {
                Thread.sleep(600_000);
            }
        } finally {
            if (forever) {
                Thread.sleep(200);
                ENDED.incrementAndGet();
            }
        }
        return "ended " + ENDED;
    }

    /** Never gives way. */
    @WebEndpoint
    public static String staying(boolean forever) {
        while (forever) {
            LockSupport.parkNanos(1_000_000_000L);
            Thread.interrupted();
        }
        return "free";
    }
}
