package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.Transfer;

/**
 * Where files are while there is no provider, and what stands in place of one that has gone: so nothing of it is kept,
 * neither a descriptor nor a class. Requests wait; no transfer ever comes here.
 */
final class NoProvider implements AioProvider, Backend, Lane {
    static final String NAME = "none";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int ranking() {
        return Integer.MIN_VALUE;
    }

    @Override
    public Probe probe() {
        return Probe.unavailable("it moves no bytes", "");
    }

    @Override
    public Backend start(BackendEnvironment environment) {
        return this;
    }

    /** What is known of a file that is not open anywhere. */
    record Left(FileIdentity identity, int alignmentBytes) implements BackendFile {
        @Override
        public void close() {}
    }

    /** In place of a descriptor that is closed. */
    static final BackendFile CLOSED = new BackendFile() {
        @Override
        public int alignmentBytes() {
            return 1;
        }

        @Override
        public void close() {}
    };

    // ---- the backend

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public Lane lane(int index, CompletionSink sink) {
        return this;
    }

    @Override
    public BackendFile open(OpenSpec spec) throws AioException {
        throw new AioException(spec.toString(), Errno.ENXIO, "there is no provider");
    }

    @Override
    public void close() {}

    // ---- its lane

    @Override
    public int window() {
        return 1;
    }

    @Override
    public int flushThreshold() {
        return 1;
    }

    @Override
    public boolean flushesWhenIdle() {
        return false;
    }

    @Override
    public boolean pushes() {
        return true;
    }

    @Override
    public void stage(long token, Transfer transfer) {
        throw new AssertionError("a transfer without a provider: " + transfer);
    }

    @Override
    public void flush() {}

    @Override
    public boolean cancel(long token) {
        return false;
    }
}
