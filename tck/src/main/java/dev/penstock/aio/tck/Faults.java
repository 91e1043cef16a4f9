package dev.penstock.aio.tck;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What goes wrong below the engine, as the test asks for: transfers held running, failing, or cut short; and what
 * was seen passing.
 *
 * <p>A transfer is looked at when the engine stages it: a hold takes it first; what no hold takes, or a hold releases,
 * fails or is cut short if a rule says so. Rules are asked in the order in which they were made, each as often as it
 * says. Any thread may call any method. Predicates and observers are called with {@link #lock} held, and must do
 * no more than look.
 */
public final class Faults {
    /** What is done to a transfer in place of handing it on. */
    interface Ending {
        void deliver(CompletionSink sink, long token);

        long result();
    }

    /** What a test does before a backend takes a file over by its descriptor. */
    public interface TakeOver {
        /**
         * Called by the thread that takes the file over, with no lock held; it may wait.
         *
         * @param path by which the file was opened
         * @throws AioException what the take-over fails with; the real backend does not see it then
         */
        void begins(Path path) throws AioException;
    }

    private static final TakeOver UNDISTURBED = path -> {};

    private static final class Rule<T> {
        private final Predicate<? super Transfer> which;
        private final T effect;
        private int left;

        Rule(Predicate<? super Transfer> which, T effect, int times) {
            this.which = which;
            this.effect = effect;
            this.left = times;
        }
    }

    final SpinLock lock = new SpinLock();
    private final List<Hold> holds = new ArrayList<>();
    private final List<Rule<Ending>> endings = new ArrayList<>();
    private final List<Rule<Integer>> limits = new ArrayList<>();
    private final List<Consumer<? super TransferRecord>> observers = new ArrayList<>();
    private Errno closeErrno = Errno.SUCCESS;
    private int closesLeft;
    private volatile TakeOver takeOver = UNDISTURBED;

    Faults() {}

    /** Returns a predicate of transfers of some kinds. */
    public static Predicate<Transfer> kind(TransferKind... kinds) {
        Set<TransferKind> wanted = Set.of(kinds);
        return transfer -> wanted.contains(transfer.kind());
    }

    /** Returns a predicate of transfers of files that were opened by a path. */
    public static Predicate<Transfer> on(Path path) {
        return transfer -> path.equals(path(transfer));
    }

    /** Returns a predicate of transfers at an offset. */
    public static Predicate<Transfer> at(long offset) {
        return transfer -> transfer.offset() == offset;
    }

    /** Returns the path by which a transfer's file was opened. */
    public static Path path(Transfer transfer) {
        return ((FaultingFile) transfer.file()).path();
    }

    /**
     * Keeps transfers running from now on, until the hold is released.
     *
     * @param which those to hold
     * @return the hold
     */
    public Hold hold(Predicate<? super Transfer> which) {
        Hold hold = new Hold(this, which);
        lock.run(() -> holds.add(hold));
        return hold;
    }

    /**
     * Lets transfers fail without touching the file.
     *
     * @param which those to fail
     * @param errno the error; ECANCELED is one that nobody asked for
     * @param times how many, 1 or more
     */
    public void fail(Predicate<? super Transfer> which, Errno errno, int times) {
        failWith(which, errno.number(), times);
    }

    /**
     * Lets transfers fail with a number, which the enum may not list, without touching the file.
     *
     * @param which those to fail
     * @param errorNumber positive
     * @param times how many, 1 or more
     */
    public void failWith(Predicate<? super Transfer> which, int errorNumber, int times) {
        end(
                which,
                new Ending() {
                    @Override
                    public void deliver(CompletionSink sink, long token) {
                        sink.completed(token, -errorNumber);
                    }

                    @Override
                    public long result() {
                        return -errorNumber;
                    }
                },
                times);
    }

    /**
     * Lets transfers fail as the JDK tells it, by text, without touching the file.
     *
     * @param which those to fail
     * @param errorNumber positive, or 0 if not known
     * @param text what the system said
     * @param times how many, 1 or more
     */
    public void failWithText(Predicate<? super Transfer> which, int errorNumber, String text, int times) {
        end(
                which,
                new Ending() {
                    @Override
                    public void deliver(CompletionSink sink, long token) {
                        sink.failed(token, errorNumber, text);
                    }

                    @Override
                    public long result() {
                        return -errorNumber;
                    }
                },
                times);
    }

    /**
     * Tells the engine that transfers were not carried out and have to be dispatched again.
     *
     * @param which those to repeat
     * @param times how many, 1 or more
     */
    public void repeat(Predicate<? super Transfer> which, int times) {
        end(
                which,
                new Ending() {
                    @Override
                    public void deliver(CompletionSink sink, long token) {
                        sink.repeat(token);
                    }

                    @Override
                    public long result() {
                        return 0;
                    }
                },
                times);
    }

    private void end(Predicate<? super Transfer> which, Ending ending, int times) {
        lock.run(() -> endings.add(new Rule<>(which, ending, times)));
    }

    /**
     * Lets only some bytes of transfers through, so that they end short.
     *
     * @param which reads or writes
     * @param bytes how many of each at most, 1 or more
     * @param times how many transfers, 1 or more
     */
    public void limit(Predicate<? super Transfer> which, int bytes, int times) {
        lock.run(() -> limits.add(new Rule<>(which, bytes, times)));
    }

    /**
     * Lets the next closes of descriptors fail, after they were carried out.
     *
     * @param errno the error of close(2)
     * @param times how many, 1 or more
     */
    public void failClose(Errno errno, int times) {
        lock.run(() -> {
            closeErrno = errno;
            closesLeft = times;
        });
    }

    /** Has something done before each take-over from now on, in place of what was done before. */
    public void beforeTakeOver(TakeOver disturbance) {
        takeOver = disturbance;
    }

    /** Tells somebody of everything that passes from now on, in one order. It must not call back. */
    public void observe(Consumer<? super TransferRecord> observer) {
        lock.run(() -> observers.add(observer));
    }

    /** Records everything that passes from now on: returns the list, which grows, and which any thread may read. */
    public List<TransferRecord> record() {
        List<TransferRecord> records = new CopyOnWriteArrayList<>();
        observe(records::add);
        return records;
    }

    /** Ends every hold, rule and observation, and disturbs no take-over that begins from now on. */
    public void clear() {
        takeOver = UNDISTURBED;
        List<Hold> pending = lock.get(() -> {
            endings.clear();
            limits.clear();
            observers.clear();
            closesLeft = 0;
            return List.copyOf(holds);
        });
        pending.forEach(Hold::release);
    }

    /** Takes a transfer into the first hold that wants it. The caller holds the lock. */
    boolean held(FaultingLane lane, long token, Transfer transfer) {
        return holds.stream().anyMatch(hold -> hold.takes(lane, token, transfer));
    }

    /** Answers whether a hold has a transfer. */
    boolean holds(FaultingLane lane, long token) {
        return lock.get(() -> holds.stream().anyMatch(hold -> hold.has(lane, token)));
    }

    /** Drops an ended hold. The caller holds the lock. */
    void forget(Hold hold) {
        holds.remove(hold);
    }

    /** Returns how a transfer ends in place of being carried out, or {@code null}. The caller holds the lock. */
    Ending ending(Transfer transfer) {
        return first(endings, transfer);
    }

    /** Returns how many bytes of a transfer are let through. The caller holds the lock. */
    long limit(Transfer transfer) {
        Integer bytes = first(limits, transfer);
        return bytes == null ? transfer.length() : Math.min(bytes, transfer.length());
    }

    private static <T> T first(List<Rule<T>> rules, Transfer transfer) {
        for (Rule<T> rule : rules) {
            if (rule.left > 0 && rule.which.test(transfer)) {
                rule.left--;
                return rule.effect;
            }
        }
        return null;
    }

    /** Throws if this close is to fail. */
    void closed(Path path) throws AioException {
        Errno errno = lock.get(() -> closesLeft-- > 0 ? closeErrno : Errno.SUCCESS);
        if (errno != Errno.SUCCESS) {
            throw new AioException("close path=" + path, errno);
        }
    }

    /** Does to a take-over that begins what the test asked for. */
    void takesOver(Path path) throws AioException {
        takeOver.begins(path);
    }

    /** Answers whether records are wanted. The caller holds the lock. */
    boolean isObserved() {
        return !observers.isEmpty();
    }

    /** Tells the observers. The caller holds the lock. */
    void tell(TransferRecord record) {
        observers.forEach(observer -> observer.accept(record));
    }
}
