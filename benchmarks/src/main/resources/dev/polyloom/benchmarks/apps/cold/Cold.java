import dev.polyloom.sdk.Function;
import dev.polyloom.sdk.WebEndpoint;
import java.util.Map;

/** A Java function; its replica goes as soon as it is idle. */
public class Cold@NUMBER@ {

    @Function(scaledownWindowSeconds = 1)
    @WebEndpoint(label = "cold-@NUMBER@")
    public Map<String, String> hello() {
        return Map.of("message", "Hello, world @NUMBER@");
    }
}
