// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class MailboxTest {

    private final Mailbox mailbox = new Mailbox();

    private void awaitAndDeliver() {
        mailbox.await();
        mailbox.deliver();
    }

    @Test
    void runsDeliveriesInOrderOnTheDeliveringThread() {
        List<String> trail = new ArrayList<>();
        mailbox.post(() -> trail.add("one " + Thread.currentThread().threadId()));
        mailbox.post(() -> trail.add("two"));
        assertThat(mailbox.deliver()).isTrue();
        assertThat(trail).containsExactly("one " + Thread.currentThread().threadId(), "two");
    }

    @Test
    void aWaitingOwnerRunsWhatIsPosted() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        Thread owner = Thread.ofPlatform().start(this::awaitAndDeliver);
        while (owner.getState() != Thread.State.TIMED_WAITING) {
            assertThat(owner.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        mailbox.post(ran::countDown);
        assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(owner.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void losesNothingBetweenManyProducersAndOneOwner() throws InterruptedException {
        int producers = 8;
        int each = 5_000;
        int[] ran = {0};
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < each; i++) {
                                    mailbox.post(() -> ran[0]++);
                                }
                            }));
        }
        while (ran[0] < producers * each) {
            awaitAndDeliver();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(mailbox.deliver()).isFalse();
        assertThat(ran[0]).isEqualTo(producers * each);
    }

    @Test
    void wakeEndsAWaitWithoutADelivery() throws InterruptedException {
        Thread owner = Thread.ofPlatform().start(mailbox::await);
        mailbox.wake();
        assertThat(owner.join(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void aClosedMailboxRefusesAndForgets() {
        mailbox.post(() -> {
            throw new AssertionError("ran after the close");
        });
        mailbox.close();
        assertThat(mailbox.post(() -> {})).isFalse();
        assertThat(mailbox.deliver()).isFalse();
    }

    @Test
    void anArmedMailboxSendsAByteForADelivery() throws Exception {
        int port = mailbox.wakePort();
        try (Socket guest = new Socket(InetAddress.getLoopbackAddress(), port)) {
            guest.setSoTimeout(10_000);
            assertThat(mailbox.arm()).isTrue();
            mailbox.post(() -> {});
            InputStream in = guest.getInputStream();
            assertThat(in.read()).isNotNegative();
            mailbox.disarm();
        } finally {
            mailbox.close();
        }
    }

    @Test
    void armSaysWhenSomethingIsWaitingAlready() throws Exception {
        int port = mailbox.wakePort();
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            mailbox.post(() -> {});
            assertThat(mailbox.arm()).isFalse();
        } finally {
            mailbox.close();
        }
    }
}
