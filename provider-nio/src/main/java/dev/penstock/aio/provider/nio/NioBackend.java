package dev.penstock.aio.provider.nio;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import java.io.IOException;
import java.nio.file.OpenOption;
import org.jspecify.annotations.Nullable;

/** The provider at work for one instance of the engine: one lane, with its own pool of threads. */
final class NioBackend implements Backend {
    private final NioSettings settings;
    private final ErrnoText errors;
    private final @Nullable OpenOption direct = DirectOption.find();

    private final DescriptorNumbers numbers;
    private final NioLane lane;

    /**
     * Starts the first thread.
     *
     * @throws OutOfMemoryError if there is no thread to be had
     */
    NioBackend(NioSettings settings, String instance, ErrnoText errors) {
        this.settings = settings;
        this.errors = errors;
        this.numbers = new DescriptorNumbers(settings.threadPrefix());
        this.lane = new NioLane(settings, instance, errors);
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public Lane lane(int index, CompletionSink sink) {
        if (index != 0) {
            throw new IndexOutOfBoundsException("index=" + index);
        }
        lane.deliverTo(sink);
        return lane;
    }

    @Override
    public BackendFile open(OpenSpec spec) throws AioException {
        try {
            return new NioOpening(spec, settings, errors, direct, numbers).open();
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw errors.exception(spec.toString(), e);
        }
    }

    @Override
    public @Nullable BackendFile takeOver(OpenSpec spec, int descriptor) throws AioException {
        if (!DescriptorNumber.hasPaths()) {
            return null;
        }
        try {
            return new NioOpening(spec, settings, errors, direct, numbers).takeOver(descriptor);
        } catch (AioException e) {
            throw e;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw errors.exception(spec.toString(), e);
        }
    }

    @Override
    public void close() {
        lane.close();
    }
}
