import dev.polyloom.sdk.Function;
import dev.polyloom.sdk.WebEndpoint;

/** A Java function that does nothing. */
public class Nothing {

    @Function(maxReplicas = @REPLICAS@, scaledownWindowSeconds = 600)
    @WebEndpoint(path = "/nothing")
    public String nothing() {
        return "nothing";
    }
}
