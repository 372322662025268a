import dev.polyloom.sdk.Function;
import dev.polyloom.sdk.WebEndpoint;

/** The same in Java. Version @VERSION@. */
@Function(timeoutSeconds = 2, scaledownWindowSeconds = 2)
public final class Steel {

    @WebEndpoint
    public static String java(String kind, String number) throws InterruptedException {
        switch (kind) {
            case "sleep" -> Thread.sleep(50);
            case "late" -> Thread.sleep(600_000);
            case "raise" -> throw new IllegalStateException("on purpose");
            default -> {}
        }
        return number;
    }
}
