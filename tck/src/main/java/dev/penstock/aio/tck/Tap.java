package dev.penstock.aio.tck;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A tap that writes down what it is told; or throws from every method. */
final class Tap implements CompletionTap {
    /** What it was told of a request, taken during the call. */
    record Seen(
            Path path,
            TransferKind kind,
            long sequence,
            long offset,
            long requested,
            long transferred,
            Errno errno,
            int errorNumber,
            String tag,
            boolean timed,
            long queueNs) {}

    private final boolean broken;
    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final List<Errno> poisoned = new CopyOnWriteArrayList<>();
    final List<ProviderSwitch> switches = new CopyOnWriteArrayList<>();
    final AtomicInteger tells = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();

    Tap(boolean broken) {
        this.broken = broken;
    }

    private void breakIfBroken() {
        if (broken) {
            throw new IllegalStateException("thrown by the test");
        }
    }

    /** Returns what it was told of a file. */
    List<Seen> of(Path path) {
        return seen.stream().filter(each -> each.path.equals(path)).toList();
    }

    @Override
    public FileTap opened(TappedFile file) {
        return new FileTap() {
            @Override
            public boolean isWanted(TransferKind kind) {
                return true;
            }

            @Override
            public boolean ended(EndedRequest request) {
                breakIfBroken();
                seen.add(new Seen(
                        file.path(),
                        request.kind(),
                        request.sequence(),
                        request.offset(),
                        request.requested(),
                        request.transferred(),
                        request.errno(),
                        request.errorNumber(),
                        request.tag(),
                        request.isDispatchTimed(),
                        request.dispatchedNs() - request.startedNs()));
                return true;
            }

            @Override
            public void tell() {
                tells.incrementAndGet();
                breakIfBroken();
            }

            @Override
            public void closed() {
                closed.incrementAndGet();
                breakIfBroken();
            }

            @Override
            public void poisoned(Errno errno) {
                poisoned.add(errno);
                breakIfBroken();
            }
        };
    }

    @Override
    public void switched(ProviderSwitch what) {
        switches.add(what);
        breakIfBroken();
    }
}
