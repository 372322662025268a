// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.isolates;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** What happens where two threads meet at one replica's word. */
final class ReplicaStress {

    private ReplicaStress() {}

    private static Replica<FakeIsolate> ready() {
        var replica = new Replica<>(1, new FakeIsolate(1), Long.MAX_VALUE, 0, 0);
        replica.open();
        return replica;
    }

    private static Replica<FakeIsolate> busy(int inputs) {
        var replica = ready();
        for (var i = 0; i < inputs; i++) {
            replica.tryTake(i, false);
        }
        return replica;
    }

    /** Two inputs want the one place. */
    @JCStressTest
    @Outcome(id = "true, false, 1", expect = Expect.ACCEPTABLE, desc = "the first has it")
    @Outcome(id = "false, true, 1", expect = Expect.ACCEPTABLE, desc = "the second has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the limit is exceeded or the place is lost")
    @State
    public static class TwoInputsOnePlace {
        private final Replica<FakeIsolate> replica = ready();

        /** Creates the state. */
        public TwoInputsOnePlace() {}

        @Actor
        void first(ZZI_Result seen) {
            seen.r1 = replica.tryTake(0, false);
        }

        @Actor
        void second(ZZI_Result seen) {
            seen.r2 = replica.tryTake(0, false);
        }

        @Arbiter
        void count(ZZI_Result seen) {
            seen.r3 = replica.inFlight();
        }
    }

    /** An idle replica is taken away while an input comes. */
    @JCStressTest
    @Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "the input stays, so does it")
    @Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "it goes before the input")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an input runs on a replica that is taken away")
    @State
    public static class InputMeetsScaleDown {
        private final Replica<FakeIsolate> replica = ready();

        /** Creates the state. */
        public InputMeetsScaleDown() {}

        @Actor
        void input(ZZ_Result seen) {
            seen.r1 = replica.tryTake(0, false);
        }

        @Actor
        void scaleDown(ZZ_Result seen) {
            seen.r2 = replica.shutIfIdle();
        }
    }

    /** The last input ends while the replica is retired. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = Expect.ACCEPTABLE, desc = "the input's end stops it")
    @Outcome(id = "false, 0", expect = Expect.ACCEPTABLE, desc = "the retirement stops it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it is stopped twice or never")
    @State
    public static class EndMeetsRetirement {
        private final Replica<FakeIsolate> replica = busy(1);

        /** Creates the state. */
        public EndMeetsRetirement() {}

        @Actor
        void end(ZI_Result seen) {
            seen.r1 = replica.give(0);
        }

        @Actor
        void retire(ZI_Result seen) {
            seen.r2 = replica.shut();
        }
    }

    /** Two inputs end on a replica that was retired: one of them is the last. */
    @JCStressTest
    @Outcome(id = "true, false, 0", expect = Expect.ACCEPTABLE, desc = "the first was last")
    @Outcome(id = "false, true, 0", expect = Expect.ACCEPTABLE, desc = "the second was last")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it is stopped twice or never")
    @State
    public static class TwoEndsAfterRetirement {
        private final Replica<FakeIsolate> replica = busy(2);

        /** Creates the state. */
        public TwoEndsAfterRetirement() {
            replica.shut();
        }

        @Actor
        void first(ZZI_Result seen) {
            seen.r1 = replica.give(0);
        }

        @Actor
        void second(ZZI_Result seen) {
            seen.r2 = replica.give(0);
        }

        @Arbiter
        void count(ZZI_Result seen) {
            seen.r3 = replica.inFlight();
        }
    }

    /** Two inputs want a replica that is for one use. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it is used twice or never")
    @State
    public static class TwoInputsOneUse {
        private final Replica<FakeIsolate> replica = ready();
        private volatile int taken;
        private volatile int again;

        /** Creates the state. */
        public TwoInputsOneUse() {}

        @Actor
        void first() {
            if (replica.tryTake(0, true)) {
                taken = 1;
            }
        }

        @Actor
        void second() {
            if (replica.tryTake(0, true)) {
                again = 1;
            }
        }

        @Arbiter
        void count(II_Result seen) {
            seen.r1 = taken + again;
            seen.r2 = (int) replica.uses();
        }
    }
}
