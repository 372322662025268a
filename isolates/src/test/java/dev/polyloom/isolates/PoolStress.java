// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import dev.polyloom.isolates.Admission.Admitted;
import dev.polyloom.isolates.Admission.Rejected;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LLI_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** What happens where two threads meet at a pool. */
final class PoolStress {

    private static final PoolRuntime RUNTIME = PoolRuntime.standard(ReplicaBudget.unlimited());

    private PoolStress() {}

    /** A pool with one ready replica for one input at a time, and so many that may wait. */
    private static Pool<FakeIsolate> pool(int maxQueued) {
        var config = Fakes.config(0, 1, 1).withQueue(maxQueued, Duration.ofSeconds(2));
        var pool =
                new Pool<>("stress", config, () -> new FakeIsolate(2), PoolObserver.NONE, RUNTIME);
        if (!pool.adopt(new FakeIsolate(1))) {
            throw new IllegalStateException("the pool has no room");
        }
        return pool;
    }

    private static Admission<FakeIsolate> acquire(Pool<FakeIsolate> pool) {
        try {
            return pool.acquire();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Lease<FakeIsolate> lease(Pool<FakeIsolate> pool) {
        return switch (acquire(pool)) {
            case Admitted<FakeIsolate>(var lease) -> lease;
            case Rejected<FakeIsolate> refused -> throw new IllegalStateException(refused.detail());
        };
    }

    private static String name(Admission<FakeIsolate> answer) {
        return switch (answer) {
            case Admitted<FakeIsolate> _ -> "ADMITTED";
            case Rejected<FakeIsolate>(var reason, _, _, _) -> reason.name();
        };
    }

    /** Two inputs want the one place and may not wait. */
    @JCStressTest
    @Outcome(id = "ADMITTED, QUEUE_FULL, 1", expect = Expect.ACCEPTABLE, desc = "the first has it")
    @Outcome(id = "QUEUE_FULL, ADMITTED, 1", expect = Expect.ACCEPTABLE, desc = "the second has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the limit is exceeded or the place is lost")
    @State
    public static class TwoInputsOnePlace {
        private final Pool<FakeIsolate> pool = pool(0);

        /** Creates the state. */
        public TwoInputsOnePlace() {}

        @Actor
        void first(LLI_Result seen) {
            seen.r1 = name(acquire(pool));
        }

        @Actor
        void second(LLI_Result seen) {
            seen.r2 = name(acquire(pool));
        }

        @Arbiter
        void count(LLI_Result seen) {
            seen.r3 = pool.stats().runningInputs();
            pool.close();
        }
    }

    /** A place is given back while another input begins to wait for it. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the input that waited has the place")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it waits beside a free place")
    @State
    public static class ReleaseMeetsWait {
        private final Pool<FakeIsolate> pool = pool(1);
        private final Lease<FakeIsolate> held = lease(pool);
        private volatile @Nullable Admission<FakeIsolate> answer;

        /** Creates the state. */
        public ReleaseMeetsWait() {}

        @Actor
        void release() {
            held.close();
        }

        @Actor
        void input() {
            answer = acquire(pool);
        }

        @Arbiter
        void count(II_Result seen) {
            seen.r1 = answer instanceof Admitted ? 1 : 0;
            seen.r2 = pool.stats().backlog();
            pool.close();
        }
    }

    /** A lease is closed twice at once. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "one place was given back")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the place was given back twice")
    @State
    public static class LeaseClosedTwice {
        private final Pool<FakeIsolate> pool = pool(1);
        private final Lease<FakeIsolate> held = lease(pool);

        /** Creates the state. */
        public LeaseClosedTwice() {}

        @Actor
        void first() {
            held.close();
        }

        @Actor
        void second() {
            held.close();
        }

        @Arbiter
        void count(II_Result seen) {
            var stats = pool.stats();
            seen.r1 = stats.runningInputs();
            seen.r2 = stats.inputHeadroom();
            pool.close();
        }
    }

    /** The pool is closed while an input comes. */
    @JCStressTest
    @Outcome(id = "ADMITTED, false", expect = Expect.ACCEPTABLE, desc = "admitted, then cut off")
    @Outcome(id = "CLOSED, null", expect = Expect.ACCEPTABLE, desc = "refused")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the input runs on in a closed pool or hangs")
    @State
    public static class InputMeetsClose {
        private final Pool<FakeIsolate> pool = pool(1);
        private volatile @Nullable Admission<FakeIsolate> answer;

        /** Creates the state. */
        public InputMeetsClose() {}

        @Actor
        void input() {
            answer = acquire(pool);
        }

        @Actor
        void close() {
            pool.close();
        }

        @Arbiter
        void look(LL_Result seen) {
            var answered = answer;
            if (answered instanceof Admitted<FakeIsolate>(var lease)) {
                seen.r2 = lease.isolate().alive();
                lease.close();
            }
            seen.r1 = answered == null ? "lost" : name(answered);
        }
    }
}
