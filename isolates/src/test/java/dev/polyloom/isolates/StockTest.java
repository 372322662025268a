// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import static dev.polyloom.isolates.Fakes.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StockTest {

    private record Thing(String key, int number, AtomicInteger closed) implements AutoCloseable {
        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final List<String> order = new CopyOnWriteArrayList<>();

    private Thing make(String key) {
        order.add(key);
        return new Thing(key, made.incrementAndGet(), closed);
    }

    /** The second step of making a thing. */
    @FunctionalInterface
    private interface Finish {
        void of(Thing thing) throws Exception;
    }

    private Stock.Supplier<String, Thing> finishing(Finish finish) {
        return new Stock.Supplier<>() {
            @Override
            public Thing begin(String key) {
                return make(key);
            }

            @Override
            public void finish(Thing thing) throws Exception {
                finish.of(thing);
            }
        };
    }

    private Stock<String, Thing> stock(int maxHeld) {
        return new Stock<>("contexts", maxHeld, Ticker.SYSTEM, this::make);
    }

    @Test
    void holdsWhatItWasToldToAndReplacesWhatIsClaimed() {
        try (var stock = stock(10)) {
            assertThat(stock.claim("plain")).isEmpty();
            stock.keep("plain", 2);
            until(() -> stock.held("plain") == 2);
            assertThat(stock.claim("plain").orElseThrow().number()).isEqualTo(1);
            until(() -> stock.held("plain") == 2);
            assertThat(made).hasValue(3);
            assertThat(stock.claim("fastapi")).isEmpty();
        }
        assertThat(closed).hasValue(2);
    }

    @Test
    void neverHoldsMoreThanItsBound() {
        try (var stock = stock(3)) {
            stock.keep("a", 2);
            until(() -> stock.held("a") == 2);
            stock.keep("b", 2);
            until(() -> stock.held("b") == 1);
            assertThat(stock.claim("a")).isPresent();
            until(() -> stock.held("a") + stock.held("b") == 3);
            assertThat(made).hasValue(4);
        }
    }

    @Test
    void closesWhatIsTooMuch() {
        try (var stock = stock(10)) {
            stock.keep("a", 3);
            until(() -> stock.held("a") == 3);
            stock.keep("a", 1);
            assertThat(closed).hasValue(2);
            stock.keep("a", 0);
            assertThat(closed).hasValue(3);
            assertThat(stock.claim("a")).isEmpty();
        }
    }

    @Test
    void holdsAFailingKeyBackAndServesTheOthers() {
        var ticker = new ManualTicker();
        var failures = new AtomicInteger();
        var healed = new AtomicInteger();
        Stock.Supplier<String, Thing> supplier =
                key -> {
                    if (key.equals("broken") && healed.get() == 0) {
                        failures.incrementAndGet();
                        throw new IOException("no such environment");
                    }
                    return make(key);
                };
        try (var stock = new Stock<>("contexts", 10, ticker, supplier)) {
            stock.keep("broken", 1);
            until(() -> failures.get() == 1);
            stock.keep("good", 2);
            until(() -> stock.held("good") == 2);
            assertThat(failures).hasValue(1);
            healed.set(1);
            ticker.advance(Duration.ofSeconds(1));
            assertThat(stock.claim("broken")).isEmpty();
            until(() -> stock.held("broken") == 1);
        }
    }

    @Test
    void closesAThingThatWasBeingMadeWhenItWasClosed() {
        var gate = new CountDownLatch(1);
        var begun = new CountDownLatch(1);
        Stock.Supplier<String, Thing> slow =
                key -> {
                    begun.countDown();
                    var interrupted = false;
                    while (gate.getCount() > 0) {
                        try {
                            gate.await();
                        } catch (InterruptedException _) {
                            interrupted = true;
                        }
                    }
                    assertThat(interrupted).isTrue();
                    return make(key);
                };
        var stock = new Stock<>("contexts", 10, Ticker.SYSTEM, slow);
        stock.keep("a", 1);
        until(() -> begun.getCount() == 0);
        stock.close();
        gate.countDown();
        until(() -> closed.get() == 1);
        assertThat(stock.held("a")).isZero();
    }

    @Test
    void givesAwayWhatIsBeingMadeRatherThanNothing() throws Exception {
        var unfinished = new LinkedBlockingQueue<CountDownLatch>();
        var supplier =
                finishing(_ -> {
                    var gate = new CountDownLatch(1);
                    unfinished.add(gate);
                    gate.await();
                });
        try (var stock = new Stock<>("contexts", 10, Ticker.SYSTEM, supplier)) {
            stock.keep("a", 1);
            var first = unfinished.take();
            assertThat(stock.claim("b")).isEmpty();
            assertThat(stock.claim("a").orElseThrow().number()).isEqualTo(1);
            assertThat(stock.claim("a")).isEmpty();
            first.countDown();
            unfinished.take().countDown();
            until(() -> stock.held("a") == 1);
            assertThat(stock.claim("a").orElseThrow().number()).isEqualTo(2);
            assertThat(closed).hasValue(0);
            unfinished.take();
        }
        until(() -> closed.get() == 1);
    }

    @Test
    void holdsAKeyBackWhenItsThingsCannotBeFinished() {
        var supplier =
                finishing(thing -> {
                    if (thing.key().equals("a")) {
                        throw new IOException("it died");
                    }
                });
        var ticker = new ManualTicker();
        try (var stock = new Stock<>("contexts", 10, ticker, supplier)) {
            stock.keep("a", 1);
            until(() -> closed.get() == 1);
            // Made after the failure has been noted.
            stock.keep("b", 1);
            until(() -> stock.held("b") == 1);
            ticker.advance(Duration.ofSeconds(1));
            assertThat(stock.claim("a")).isEmpty();
            until(() -> closed.get() == 2);
        }
    }

    @Test
    void makesNothingWhilePaused() {
        try (var stock = stock(10)) {
            stock.pause(true);
            stock.keep("a", 1);
            assertThat(stock.claim("a")).isEmpty();
            assertThat(made).hasValue(0);
            stock.pause(false);
            until(() -> stock.held("a") == 1);
        }
    }
}
