import dev.polyloom.sdk.Function;
import dev.polyloom.sdk.WebEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Does not give way until a file appears, and answers that with another. */
    @WebEndpoint
    public static String staying(String gate) throws IOException {
        while (!gate.isEmpty() && !Files.exists(Path.of(gate))) {
            LockSupport.parkNanos(50_000_000L);
            Thread.interrupted();
        }
        if (!gate.isEmpty()) {
            Files.createFile(Path.of(gate + ".left"));
        }
        return "free";
    }
}
