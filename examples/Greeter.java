import dev.polyloom.sdk.WebEndpoint;

/** A Java function: typed query parameters, a record as the answer. */
public class Greeter {

    public record Greeting(String message, int times) {}

    @WebEndpoint
    public Greeting greet(String name, int times) {
        return new Greeting("Hello " + name, times);
    }
}
