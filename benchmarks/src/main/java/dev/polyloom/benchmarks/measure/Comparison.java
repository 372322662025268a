// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.benchmarks.measure;

import dev.polyloom.benchmarks.apps.Application;
import dev.polyloom.benchmarks.apps.ApplicationFolder;
import dev.polyloom.benchmarks.load.Wrk;
import dev.polyloom.benchmarks.servers.Contender;
import dev.polyloom.benchmarks.servers.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Measures applications on servers that run side by side and are under load one at a time, in
 * rounds, so that what disturbs the machine disturbs all of them. Confined to one thread.
 */
public final class Comparison {

    private final List<Contender> contenders;
    private final Plan plan;
    private final Subject.Tools tools;
    private final Path work;
    private final Consumer<String> progress;
    private final Random order;

    /**
     * Makes one.
     *
     * @param contenders Polyloom first
     * @param work a folder for the applications' files
     * @param progress told what is going on, a line at a time
     */
    public Comparison(
            List<Contender> contenders,
            Plan plan,
            Servers servers,
            Probe probe,
            Wrk wrk,
            Path work,
            Consumer<String> progress) {
        this.contenders = List.copyOf(contenders);
        this.plan = plan;
        this.tools = new Subject.Tools(servers, probe, wrk);
        this.work = work;
        this.progress = progress;
        this.order = new Random(plan.seed());
    }

    /**
     * Measures one application.
     *
     * @throws IOException when its files cannot be written; a server's failure is in the result
     */
    public ApplicationResult run(Application application) throws IOException, InterruptedException {
        ApplicationFolder files =
                ApplicationFolder.write(
                        application, work.resolve(application.name()), plan.workers());
        List<Subject> subjects =
                contenders.stream()
                        .filter(contender -> contender.kinds().contains(application.kind()))
                        .map(one -> new Subject(one, application, files, plan, tools))
                        .toList();
        try {
            measure(application, subjects);
            List<ServerResult> results = new ArrayList<>();
            for (Subject subject : subjects) {
                results.add(subject.result());
                subject.failure()
                        .ifPresent(why ->
                                progress.accept(
                                        application.name()
                                                + ": "
                                                + subject.name()
                                                + " failed: "
                                                + why));
            }
            return new ApplicationResult(application, results);
        } finally {
            subjects.forEach(Subject::close);
        }
    }

    private void measure(Application application, List<Subject> subjects)
            throws InterruptedException {
        String name = application.name();
        // The process that the load goes to is the last start.
        for (int start = 1; start < plan.starts(); start++) {
            progress.accept(name + ": start " + start + " of " + plan.starts());
            for (Subject subject : shuffled(subjects)) {
                subject.timeStart();
            }
        }
        for (Subject subject : shuffled(subjects)) {
            progress.accept(name + ": warming up " + subject.name());
            subject.start();
            subject.warmUp();
        }
        for (int round = 1; round <= plan.rounds(); round++) {
            List<String> rates = new ArrayList<>();
            for (Subject subject : shuffled(subjects)) {
                subject.round();
                rates.add("%s %,.0f/s".formatted(subject.name(), subject.lastRate()));
            }
            Collections.sort(rates);
            progress.accept(
                    String.format(
                            Locale.ROOT,
                            "%s: round %d of %d: %s",
                            name,
                            round,
                            plan.rounds(),
                            String.join(", ", rates)));
        }
    }

    private List<Subject> shuffled(List<Subject> subjects) {
        List<Subject> shuffled = new ArrayList<>(subjects);
        Collections.shuffle(shuffled, order);
        return shuffled;
    }
}
