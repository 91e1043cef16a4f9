package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.Completion.Operation;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.notification.ListenerInfo;
import dev.penstock.aio.notification.Notifications;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
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
    private static final int LEAST_REQUESTS = 1_000;
    private static final Duration LONGER = Duration.ofMinutes(2);
    private static final long POLL_NS = 10_000_000;
    private static final String[] TAGS = {"red", "green", "blue"};

    private final long seed = Long.getLong(SEED, System.nanoTime());
    private final Duration time = Duration.ofSeconds(Long.getLong(SECONDS, 10));
    private final ConcurrentHashMap<Kind, LongAdder> truth = new ConcurrentHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /** What a filter looks at. */
    private record Kind(String instance, String path, Operation operation, String tag, Errno errno) {}

    /** A filter, as properties and as what it means. */
    private record Wish(
            Set<Operation> operations, Set<String> paths, Set<String> tags, Set<Errno> errnos, Set<String> instances) {
        static Wish draw(Random random, List<AsyncFile> files) {
            return new Wish(
                    some(random, 3, List.of(Operation.READ, Operation.WRITE, Operation.DATA_SYNC)),
                    some(
                            random,
                            4,
                            files.stream().map(file -> file.path().toString()).toList()),
                    some(random, 4, List.of(TAGS)),
                    some(random, 4, List.of(Errno.SUCCESS, Errno.ECANCELED, Errno.EIO)),
                    some(random, 6, List.of("default", "other")));
        }

        private static <T> Set<T> some(Random random, int oneIn, List<T> all) {
            return all.stream().filter(each -> random.nextInt(oneIn) == 0).collect(Collectors.toSet());
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
            if (!errnos.isEmpty()) {
                properties.put(
                        CompletionListener.ERRNO,
                        errnos.stream().map(Enum::name).toList());
            }
            if (!instances.isEmpty()) {
                properties.put(CompletionListener.INSTANCE, instances);
            }
            if (batch > 0) {
                properties.put(CompletionListener.BATCH, batch);
            }
            return properties;
        }

        boolean matches(Kind kind) {
            return (operations.isEmpty() || operations.contains(kind.operation))
                    && (paths.isEmpty() || paths.contains(kind.path))
                    && (tags.isEmpty() || tags.contains(kind.tag))
                    && (errnos.isEmpty() || errnos.contains(kind.errno))
                    && (instances.isEmpty() || instances.contains(kind.instance));
        }
    }

    /** A listener that checks what it is told. Called by one thread at a time, which it checks too. */
    private static final class Checker implements CompletionListener {
        final Wish wish;
        private final long pauseNs;
        private final boolean throwsAtTimes;
        private final Map<Path, Long> lastOfFile = new HashMap<>();
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
            Kind kind = new Kind(
                    completion.instance(),
                    completion.path().toString(),
                    completion.operation(),
                    completion.tag(),
                    completion.errno());
            Long before = lastOfFile.put(completion.path(), completion.sequence());
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

    /** Keeps requests of one file in flight until the end, cancels some, and writes down what they were. */
    private void write(AsyncIo io, AsyncFile file, Random random) throws Exception {
        ControlBlock[] blocks = new ControlBlock[DEPTH];
        for (int i = 0; i < DEPTH; i++) {
            blocks[i] = io.controlBlock().file(file).buffer(ByteBuffer.allocateDirect(64));
        }
        Operation[] operations = new Operation[DEPTH];
        String[] tags = new String[DEPTH];
        while (!ended) {
            for (int i = 0; i < DEPTH; i++) {
                tags[i] = TAGS[random.nextInt(TAGS.length)];
                operations[i] = start(io, blocks[i].sigEvent(SigEvent.listeners(tags[i])), random);
            }
            for (ControlBlock block : blocks) {
                if (random.nextInt(8) == 0) {
                    io.cancel(block);
                }
            }
            for (int i = 0; i < DEPTH; i++) {
                assertThat(io.suspend(new ControlBlock[] {blocks[i]}, Bounded.LIMIT))
                        .isTrue();
                Errno errno = io.error(blocks[i]);
                io.result(blocks[i]);
                truth.computeIfAbsent(
                                new Kind(io.name(), file.path().toString(), operations[i], tags[i], errno),
                                kind -> new LongAdder())
                        .increment();
            }
        }
    }

    private static Operation start(AsyncIo io, ControlBlock block, Random random) throws Exception {
        block.offset(random.nextInt(1 << 20));
        switch (random.nextInt(8)) {
            case 0 -> {
                io.sync(SyncMode.DATA, block);
                return Operation.DATA_SYNC;
            }
            case 1, 2, 3 -> {
                io.read(block);
                return Operation.READ;
            }
            default -> {
                io.write(block);
                return Operation.WRITE;
            }
        }
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
        List<AsyncIo> instances = List.of(io(), other());
        for (int i = 0; i < WRITERS; i++) {
            files.add(open(instances.get(i % 2), "f" + i));
        }
        Map<Checker, Notifications.Registration> steady = new HashMap<>();
        for (int i = 0; i < STEADY; i++) {
            Checker checker = new Checker(Wish.draw(random, files), i % 3 == 0 ? 1_000_000 : 0, i % 4 == 1);
            steady.put(checker, register(checker, checker.wish.properties(i % 2 * 32)));
        }

        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            AsyncIo instance = instances.get(i % 2);
            AsyncFile file = files.get(i);
            tasks.add(start("writer", random.nextLong(), own -> write(instance, file, own)));
        }
        for (int i = 0; i < PASSING; i++) {
            tasks.add(start("passing listeners", random.nextLong(), own -> comeAndGo(files, own)));
        }
        long end = System.nanoTime() + time.toNanos();
        // On a slow disk it takes longer.
        while (System.nanoTime() - end < 0
                || (requests() <= LEAST_REQUESTS && System.nanoTime() - end < LONGER.toNanos())) {
            LockSupport.parkNanos(POLL_NS);
        }
        ended = true;
        for (FutureTask<Void> task : tasks) {
            Bounded.get(task);
        }

        assertThat(requests()).as("requests").isGreaterThan(LEAST_REQUESTS);
        assertThat(truth.keySet()).extracting(Kind::errno).contains(Errno.SUCCESS, Errno.ECANCELED);
        for (Map.Entry<Checker, Notifications.Registration> each : steady.entrySet()) {
            verify(each.getKey(), each.getValue());
        }
    }

    private long requests() {
        return truth.values().stream().mapToLong(LongAdder::sum).sum();
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
