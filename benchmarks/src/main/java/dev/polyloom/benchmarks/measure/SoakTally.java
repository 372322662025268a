// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** What the inputs of a soak were answered. Thread-safe. */
final class SoakTally {

    private static final int FAULTS_MAX = 50;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Map<Integer, Integer>> answers = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> served = new ArrayList<>();

    /** An input was answered. */
    void answered(String number, SoakKind kind, int status, String body) {
        lock.lock();
        try {
            answers.computeIfAbsent(kind.label(), _ -> new TreeMap<>())
                    .merge(status, 1, Integer::sum);
            if (!kind.allows(status)) {
                fault(number + " (" + kind.label() + ") was answered " + status + ": " + body);
            }
            if (status == 200) {
                served.add(number);
                if (!body.contains(number)) {
                    fault(number + " was given the answer of another: " + body);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** An input was not answered. */
    void unanswered(String number, SoakKind kind, Exception cause) {
        lock.lock();
        try {
            fault(number + " (" + kind.label() + ") was not answered: " + cause);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Holds what ran against what was answered.
     *
     * @param numbers a number for each time that an input ran, of those that note it
     * @param notes whether an input of this number does
     */
    void ran(List<String> numbers, Predicate<String> notes) {
        Map<String, Integer> times = new HashMap<>();
        numbers.forEach(number -> times.merge(number, 1, Integer::sum));
        lock.lock();
        try {
            times.forEach((number, count) -> {
                if (count > 1) {
                    fault(number + " ran " + count + " times");
                }
            });
            served.stream()
                    .filter(number -> notes.test(number) && !times.containsKey(number))
                    .forEach(number -> fault(number + " was answered well and did not run"));
        } finally {
            lock.unlock();
        }
    }

    private void fault(String text) {
        if (faults.size() < FAULTS_MAX) {
            faults.add(text);
        }
    }

    Map<String, Map<Integer, Integer>> answers() {
        lock.lock();
        try {
            Map<String, Map<Integer, Integer>> copy = new TreeMap<>();
            answers.forEach((kind, counts) -> copy.put(kind, new TreeMap<>(counts)));
            return copy;
        } finally {
            lock.unlock();
        }
    }

    List<String> faults() {
        lock.lock();
        try {
            return List.copyOf(faults);
        } finally {
            lock.unlock();
        }
    }
}
