import dev.polyloom.sdk.WebEndpoint;
import java.util.Map;

public class Sample {

    @WebEndpoint
    public Map<String, Integer> saved() {
        return Map.of("save", @SAVE@);
    }
}
