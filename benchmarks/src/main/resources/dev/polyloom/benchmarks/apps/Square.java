import dev.polyloom.sdk.Function;
import dev.polyloom.sdk.WebEndpoint;

/** A Java function with a typed parameter and a record as its answer. */
public class Square {

    public record Answer(int square) {}

    @Function(maxReplicas = @REPLICAS@, scaledownWindowSeconds = 600)
    @WebEndpoint
    public Answer square(int x) {
        return new Answer(x * x);
    }
}
