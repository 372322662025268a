// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.java;

import dev.polyloom.isolates.Stock;
import dev.polyloom.isolates.StockRest;
import dev.polyloom.isolates.Ticker;
import java.util.Optional;

/**
 * Keeps a function's code loaded once more than there are isolates, for the next start of those
 * that started last. Thread-safe; owns the stock.
 */
final class CodeStore implements AutoCloseable {

    private static final int HELD_MAX = 16;

    private final Stock<JavaCode, LoadedCode> stock =
            new Stock<>("java-stock", HELD_MAX, Ticker.SYSTEM, new Maker());
    private final StockRest rest = new StockRest(stock);

    /** Loads what nobody waits for yet. */
    private static final class Maker implements Stock.Supplier<JavaCode, LoadedCode> {

        @Override
        public LoadedCode begin(JavaCode key) throws ReflectiveOperationException {
            return LoadedCode.of(key);
        }

        @Override
        public void finish(LoadedCode code) {
            code.learn();
        }
    }

    /**
     * A function's code in a loader of its own, the caller's from now on, who says when it has
     * {@link #started}.
     *
     * @throws ReflectiveOperationException when the class is not there
     * @throws LinkageError when what it needs is not there
     */
    LoadedCode claim(JavaCode code) throws ReflectiveOperationException {
        rest.busy();
        Optional<LoadedCode> ready = stock.claim(code);
        return ready.isPresent() ? ready.get() : LoadedCode.of(code);
    }

    /**
     * Ends what a {@link #claim} began; the code is kept for another start if this one was good.
     */
    void started(JavaCode code, boolean well) {
        stock.keep(code, well ? 1 : 0);
        if (code.retired()) {
            stock.keep(code, 0);
        }
        rest.calm();
    }

    /** While memory is scarce nothing is loaded ahead of need. */
    void tight(boolean scarce) {
        if (scarce) {
            rest.busy();
        } else {
            rest.calm();
        }
    }

    /** Lets go of what is kept of code that will not start again. */
    void forget(JavaCode code) {
        code.retire();
        stock.keep(code, 0);
    }

    @Override
    public void close() {
        stock.close();
    }
}
