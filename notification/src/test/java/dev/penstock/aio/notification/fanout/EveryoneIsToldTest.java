package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.Completion.Operation;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Writers write while listeners with random filters come and go, throw, dawdle and start requests of their own; those that
 * are there all the time must be told of exactly what their filter matches, each file in its order, or how much they
 * missed.
 *
 * <p>The seed is printed. {@code penstock.notification.seed} repeats a run with one seed, {@code
 * penstock.notification.seconds} says how long it takes.
 */
@Timeout(300)
class EveryoneIsToldTest extends FanOutTest {
    private static final String SEED = "penstock.notification.seed";
    private static final String SECONDS = "penstock.notification.seconds";
    private static final int WRITERS = 4;
    private static final int DEPTH = 8;
    private static final int STEADY = 12;
    private static final int PASSING = 2;
    private static final String[] TAGS = {"red", "green", "blue"};

    private final long seed = Long.getLong(SEED, System.nanoTime());
    private final Duration time = Duration.ofSeconds(Long.getLong(SECONDS, 10));
    private final ConcurrentHashMap<Kind, LongAdder> truth = new ConcurrentHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /** What a filter looks at. */
    private record Kind(String path, Operation operation, String tag) {}

    /** A filter, as properties and as what it means. */
    private record Wish(Set<Operation> operations, Set<String> paths, Set<String> tags) {
        static Wish draw(Random random, List<AsyncFile> files) {
            Set<Operation> operations = new HashSet<>();
            Set<String> paths = new HashSet<>();
            Set<String> tags = new HashSet<>();
            for (Operation operation : new Operation[] {Operation.READ, Operation.WRITE, Operation.DATA_SYNC}) {
                if (random.nextInt(3) == 0) {
                    operations.add(operation);
                }
            }
            for (AsyncFile file : files) {
                if (random.nextInt(4) == 0) {
                    paths.add(file.path().toString());
                }
            }
            for (String tag : TAGS) {
                if (random.nextInt(4) == 0) {
                    tags.add(tag);
                }
            }
            return new Wish(operations, paths, tags);
        }

        Map<String, Object> properties(int batch) {
            Map<String, Object> properties = new HashMap<>();
            if (!operations.isEmpty()) {
                properties.put(
                        CompletionListener.OPERATION,
                        operations.stream().map(Enum::name).toList());
            }
            if (!paths.isEmpty()) {
                properties.put(CompletionListener.PATH, paths);
            }
            if (!tags.isEmpty()) {
                properties.put(CompletionListener.TAG, tags.toArray());
            }
            if (batch > 0) {
                properties.put(CompletionListener.BATCH, batch);
            }
            return properties;
        }

        boolean matches(Kind kind) {
            return (operations.isEmpty() || operations.contains(kind.operation))
                    && (paths.isEmpty() || paths.contains(kind.path))
                    && (tags.isEmpty() || tags.contains(kind.tag));
        }
    }

    /** A listener that checks what it is told. Called by one thread at a time, which it checks too. */
    private static final class Checker implements CompletionListener {
        final Wish wish;
        private final long pauseNs;
        private final boolean throwsAtTimes;
        private final Map<Long, Long> lastOfFile = new HashMap<>();
        private final Map<Kind, Long> told = new HashMap<>();
        private boolean inside;
        private long missed;
        private String wrong;

        Checker(Wish wish, long pauseNs, boolean throwsAtTimes) {
            this.wish = wish;
            this.pauseNs = pauseNs;
            this.throwsAtTimes = throwsAtTimes;
        }

        @Override
        public void completed(Completion completion) throws Exception {
            enter();
            check(completion);
            if (pauseNs > 0 && completion.sequence() % 8 == 0) {
                LockSupport.parkNanos(pauseNs);
            }
            leave();
            if (throwsAtTimes && completion.sequence() % 5 == 0) {
                throw new Exception("thrown by the test");
            }
        }

        @Override
        public void completed(List<Completion> batch) {
            enter();
            batch.forEach(this::check);
            leave();
        }

        @Override
        public void missed(long count) {
            enter();
            missed += count;
            leave();
        }

        private synchronized void enter() {
            if (inside) {
                wrong = "called by two threads at a time";
            }
            inside = true;
        }

        private synchronized void leave() {
            inside = false;
        }

        private synchronized void check(Completion completion) {
            Kind kind = new Kind(completion.path().toString(), completion.operation(), completion.tag());
            Long before = lastOfFile.put(completion.file(), completion.sequence());
            if (before != null && before >= completion.sequence()) {
                wrong = completion + " after #" + before;
            }
            if (!wish.matches(kind)) {
                wrong = completion + " does not match " + wish;
            }
            told.merge(kind, 1L, Long::sum);
        }

        synchronized String wrong() {
            return wrong;
        }

        synchronized long missed() {
            return missed;
        }

        synchronized Map<Kind, Long> told() {
            return new HashMap<>(told);
        }

        synchronized long total() {
            return told.values().stream().mapToLong(Long::longValue).sum() + missed;
        }
    }

    private FutureTask<Void> start(String name, long ownSeed, ThrowingConsumer body) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            body.accept(new Random(ownSeed));
            return null;
        });
        Thread thread = new Thread(task, name);
        threads.add(thread);
        thread.start();
        return task;
    }

    private interface ThrowingConsumer {
        void accept(Random random) throws Exception;
    }

    /** Keeps requests of one file in flight until the end, and writes down what they were. */
    private void write(AsyncFile file, Random random) throws Exception {
        ControlBlock[] blocks = new ControlBlock[DEPTH];
        for (int i = 0; i < DEPTH; i++) {
            blocks[i] = io().controlBlock().file(file).buffer(ByteBuffer.allocateDirect(64));
        }
        while (!ended) {
            for (ControlBlock block : blocks) {
                start(block, random);
            }
            for (ControlBlock block : blocks) {
                assertThat(io().suspend(new ControlBlock[] {block}, Bounded.LIMIT))
                        .isTrue();
                io().result(block);
            }
        }
    }

    private void start(ControlBlock block, Random random) throws Exception {
        String tag = TAGS[random.nextInt(TAGS.length)];
        block.sigEvent(SigEvent.listeners(tag)).offset(random.nextInt(1 << 20));
        Operation operation;
        switch (random.nextInt(8)) {
            case 0 -> {
                operation = Operation.DATA_SYNC;
                io().sync(SyncMode.DATA, block);
            }
            case 1, 2, 3 -> {
                operation = Operation.READ;
                io().read(block);
            }
            default -> {
                operation = Operation.WRITE;
                io().write(block);
            }
        }
        truth.computeIfAbsent(new Kind(block.file().path().toString(), operation, tag), kind -> new LongAdder())
                .increment();
    }

    /** Registers listeners, of which some are a nuisance, and takes them away again. */
    private void comeAndGo(List<AsyncFile> files, Random random) throws Exception {
        List<Notifications.Registration> present = new ArrayList<>();
        List<Checker> checkers = new ArrayList<>();
        while (!ended) {
            Checker checker =
                    new Checker(Wish.draw(random, files), random.nextInt(2) * 1_000_000L, random.nextBoolean());
            checkers.add(checker);
            present.add(register(checker, checker.wish.properties(random.nextInt(3) * 16)));
            if (present.size() > 4) {
                present.remove(random.nextInt(present.size())).close();
            }
            if (random.nextBoolean()) {
                Subscription changed = (Subscription) present.get(random.nextInt(present.size()));
                changed.refilter(Map.of(CompletionListener.PATH, "/nowhere"));
            }
            LockSupport.parkNanos(random.nextInt(5_000_000));
        }
        present.forEach(Notifications.Registration::close);
        assertThat(checkers).extracting(Checker::wrong).containsOnlyNulls();
    }

    @Test
    void everyoneWhoIsThereIsToldOrKnowsWhatHeMissed() throws Exception {
        System.out.println("listeners come and go: seed=" + seed + " (repeat with -D" + SEED + "=" + seed + ")");
        Random random = new Random(seed);
        publishOnRequest();
        configure("queue.size", 64 << random.nextInt(5));
        configure("failures.max", 1_000_000);
        List<AsyncFile> files = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            files.add(open("f" + i));
        }
        Map<Checker, Notifications.Registration> steady = new HashMap<>();
        for (int i = 0; i < STEADY; i++) {
            Checker checker = new Checker(Wish.draw(random, files), i % 3 == 0 ? 1_000_000 : 0, i % 4 == 1);
            steady.put(checker, register(checker, checker.wish.properties(i % 2 * 32)));
        }

        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (AsyncFile file : files) {
            tasks.add(start("writer", random.nextLong(), own -> write(file, own)));
        }
        for (int i = 0; i < PASSING; i++) {
            tasks.add(start("passing listeners", random.nextLong(), own -> comeAndGo(files, own)));
        }
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        ended = true;
        for (FutureTask<Void> task : tasks) {
            Bounded.get(task);
        }

        long total = truth.values().stream().mapToLong(LongAdder::sum).sum();
        assertThat(total).as("requests").isGreaterThan(1_000);
        for (Map.Entry<Checker, Notifications.Registration> each : steady.entrySet()) {
            verify(each.getKey(), each.getValue());
        }
    }

    private void verify(Checker checker, Notifications.Registration registration) {
        Map<Kind, Long> expected = new HashMap<>();
        truth.forEach((kind, count) -> {
            if (checker.wish.matches(kind)) {
                expected.put(kind, count.sum());
            }
        });
        long all = expected.values().stream().mapToLong(Long::longValue).sum();
        Bounded.await("all is told: " + checker.wish, () -> checker.total() >= all);

        assertThat(checker.wrong()).isNull();
        assertThat(checker.total()).as("%s", checker.wish).isEqualTo(all);
        Map<Kind, Long> told = checker.told();
        if (checker.missed() == 0) {
            assertThat(told).isEqualTo(expected);
        } else {
            told.forEach((kind, count) -> assertThat(count).isLessThanOrEqualTo(expected.get(kind)));
        }
        ListenerInfo info = registration.info();
        assertThat(info.dropped()).isEqualTo(checker.missed());
        assertThat(info.delivered() + info.dropped()).isEqualTo(all);
    }
}
