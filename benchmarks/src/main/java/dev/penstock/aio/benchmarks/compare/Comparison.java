package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Does each work with all systems. What disturbs the machine for a while is to disturb all alike: they take turns within
 * each round, and another one begins each time.
 */
final class Comparison {
    private final List<IoSystem> systems;
    private final int rounds;
    private final long nanos;
    private final long warmUpNs;

    /**
     * Describes a comparison.
     *
     * @param nanos how long each system works in each round
     * @param warmUpNs how long it does before the first
     */
    Comparison(List<IoSystem> systems, int rounds, long nanos, long warmUpNs) {
        this.systems = systems;
        this.rounds = rounds;
        this.nanos = nanos;
        this.warmUpNs = warmUpNs;
    }

    /** {@return how many turns the systems take at this work} */
    int turns(Work work) {
        return (int) systems.stream().filter(system -> system.does(work)).count() * (2 * rounds + 2);
    }

    /**
     * Does one work.
     *
     * @param file is filled, and written to if the work writes
     * @param progress told of each turn before it begins
     * @return a row for each system that has what the work asks for
     */
    List<Row> run(Work work, PatternFile file, Consumer<String> progress) throws IOException {
        file.fill(work.blockBytes());
        if (!work.isRead()) {
            file.spoil();
        }
        List<Contestant> contestants = systems.stream()
                .filter(system -> system.does(work))
                .map(system -> new Contestant(system, work, file))
                .toList();
        for (Contestant contestant : contestants) {
            progress.accept(contestant.describe());
            contestant.start(warmUpNs);
        }
        for (int round = 0; round < rounds; round++) {
            List<Contestant> order = new ArrayList<>(contestants);
            Collections.rotate(order, -round);
            for (Contestant contestant : order) {
                progress.accept(contestant.describe());
                contestant.measure(nanos);
            }
            for (Contestant contestant : order) {
                progress.accept(contestant.describe());
                contestant.look(nanos);
            }
        }
        List<Row> rows = new ArrayList<>();
        for (Contestant contestant : contestants) {
            progress.accept(contestant.describe());
            rows.add(contestant.finish());
        }
        return rows;
    }
}
