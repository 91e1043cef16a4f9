package dev.penstock.aio.engine;

import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.FileTap;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A notification service that writes down what it is told. */
final class RecordingTap implements CompletionTap {
    /** Nanoseconds that requests waited for their lane, in the order of their ends. */
    final List<Long> queueNs = new CopyOnWriteArrayList<>();
    /** What happened among the providers. */
    final List<ProviderSwitch> switches = new CopyOnWriteArrayList<>();
    /** What {@link FileTap#isWanted} answers. */
    volatile BooleanSupplier wanted = () -> true;
    /** Runs inside {@link #opened}. */
    volatile Runnable opening = () -> {};

    @Override
    public FileTap opened(TappedFile file) {
        opening.run();
        return new FileTap() {
            @Override
            public boolean isWanted(TransferKind kind) {
                return wanted.getAsBoolean();
            }

            @Override
            public boolean ended(EndedRequest request) {
                queueNs.add(request.isDispatchTimed() ? request.dispatchedNs() - request.startedNs() : -1);
                return false;
            }

            @Override
            public void tell() {}

            @Override
            public void closed() {}

            @Override
            public void poisoned(Errno errno) {}
        };
    }

    @Override
    public void switched(ProviderSwitch what) {
        switches.add(what);
    }
}
