package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.TransferKind;
import java.nio.file.Path;
import java.util.List;

/** A request all of whose values follow from its file and number, so that a mixture of two is seen. */
record Numbered(int file, long sequence) implements EndedRequest {
    private static final Path PATH = Path.of("/f");
    private static final List<Source> SOURCES =
            List.of(new Source("", PATH, 0, "", null), new Source("", PATH, 1, "", null), new Source("", PATH, 2, "", null));

    void addTo(Ring ring) {
        ring.add(SOURCES.get(file), Completion.Operation.READ, this);
    }

    /** Whether a completion is that of one request. */
    static boolean isWhole(Completion completion) {
        Numbered request = new Numbered((int) completion.file(), completion.sequence());
        return completion.offset() == request.offset()
                && completion.requested() == request.requested()
                && completion.transferred() == request.transferred()
                && completion.errno() == request.errno()
                && completion.errorNumber() == request.errorNumber()
                && completion.queueNanos() == request.dispatchedNs() - request.startedNs()
                && completion.serviceNanos() == request.sequence * 1_000 - request.dispatchedNs();
    }

    @Override
    public TransferKind kind() {
        return TransferKind.READ;
    }

    @Override
    public long offset() {
        return 10L * file + sequence;
    }

    @Override
    public long requested() {
        return 20L * file + sequence;
    }

    @Override
    public long transferred() {
        return 30L * file + sequence;
    }

    @Override
    public Errno errno() {
        return Errno.values()[(int) (10 * file + sequence)];
    }

    @Override
    public int errorNumber() {
        return (int) (40L * file + sequence);
    }

    @Override
    public String provider() {
        return "";
    }

    @Override
    public String tag() {
        return null;
    }

    @Override
    public long startedNs() {
        return 50L * file + sequence;
    }

    @Override
    public long dispatchedNs() {
        return 70L * file + 3 * sequence;
    }

    @Override
    public long endedNs() {
        return sequence * 1_000;
    }

    @Override
    public boolean isDispatchTimed() {
        return true;
    }
}
