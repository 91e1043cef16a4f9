package dev.penstock.aio.distribution.command;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.Backend;
import dev.penstock.aio.spi.BackendEnvironment;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A provider over real files that does what hardware may do: requests end in a random order and move fewer bytes than
 * asked for, and a write fails where the test says. It claims DIRECT with an alignment of its own and checks it.
 */
public final class ScriptedProvider implements AioProvider {
    /** What the next backend does; set by the test before it starts an instance. */
    static volatile Script script = new Script(0, Integer.MAX_VALUE, 1, Long.MAX_VALUE);

    /**
     * What goes wrong.
     *
     * @param seed of the order and of the short counts
     * @param mostBytes the most that one transfer moves
     * @param alignmentBytes of a file opened with DIRECT, and of each count there
     * @param failsAt the offset from which on writes fail with EIO
     */
    record Script(long seed, int mostBytes, int alignmentBytes, long failsAt) {}

    private record OpenChannel(FileChannel channel, int alignmentBytes) implements BackendFile {
        @Override
        public void close() throws AioException {
            try {
                channel.close();
            } catch (IOException e) {
                throw new AioException("close", Errno.EIO, e.getMessage());
            }
        }
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public int ranking() {
        return 1000;
    }

    @Override
    public Probe probe() {
        return Probe.available(EnumSet.of(Capability.DIRECT));
    }

    @Override
    public Backend start(BackendEnvironment environment) {
        return new ScriptedBackend(script);
    }

    private static final class ScriptedBackend implements Backend {
        private final Script script;
        private final Map<Integer, ScriptedLane> lanes = new HashMap<>();

        ScriptedBackend(Script script) {
            this.script = script;
        }

        @Override
        public int lanes() {
            return 1;
        }

        @Override
        public synchronized Lane lane(int index, CompletionSink sink) {
            return lanes.computeIfAbsent(index, i -> new ScriptedLane(script, sink));
        }

        @Override
        public BackendFile open(OpenSpec spec) throws AioException {
            Set<StandardOpenOption> options = new HashSet<>();
            options.add(spec.write() ? StandardOpenOption.WRITE : StandardOpenOption.READ);
            if (spec.createNew()) {
                options.add(StandardOpenOption.CREATE_NEW);
            }
            try {
                return new OpenChannel(
                        FileChannel.open(spec.path(), options), spec.direct() ? script.alignmentBytes() : 1);
            } catch (NoSuchFileException e) {
                throw new AioException("open path=" + spec.path(), Errno.ENOENT);
            } catch (FileAlreadyExistsException e) {
                throw new AioException("open path=" + spec.path(), Errno.EEXIST);
            } catch (IOException e) {
                throw new AioException("open path=" + spec.path(), Errno.UNKNOWN, e.toString());
            }
        }

        @Override
        public void close() {}
    }

    /** A lane that is collected: one transfer, picked at random, at each call. */
    private static final class ScriptedLane implements Lane {
        private final Script script;
        private final CompletionSink sink;
        private final Random random;
        private final Map<Long, Transfer> staged = new HashMap<>();

        ScriptedLane(Script script, CompletionSink sink) {
            this.script = script;
            this.sink = sink;
            this.random = new Random(script.seed());
        }

        @Override
        public int window() {
            return 64;
        }

        @Override
        public int flushThreshold() {
            return 8;
        }

        @Override
        public boolean flushesWhenIdle() {
            return true;
        }

        @Override
        public boolean pushes() {
            return false;
        }

        @Override
        public synchronized void stage(long token, Transfer transfer) {
            staged.put(token, transfer);
        }

        @Override
        public void flush() {}

        @Override
        public int collect() {
            long token;
            Transfer transfer;
            synchronized (this) {
                if (staged.isEmpty()) {
                    return 0;
                }
                Long[] tokens = staged.keySet().toArray(Long[]::new);
                token = tokens[random.nextInt(tokens.length)];
                transfer = staged.get(token);
                staged.remove(token);
            }
            // A waiter of the test's collects, maybe interrupted, and an interrupt would close the channel.
            boolean interrupted = Thread.interrupted();
            sink.completed(token, carryOut(transfer));
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return 1;
        }

        @Override
        public synchronized boolean cancel(long token) {
            if (staged.remove(token) == null) {
                return false;
            }
            sink.completed(token, -Errno.ECANCELED.number());
            return true;
        }

        private long carryOut(Transfer transfer) {
            OpenChannel file = (OpenChannel) transfer.file();
            try {
                return switch (transfer.kind()) {
                    case READ, WRITE -> move(transfer, file);
                    case SIZE -> file.channel().size();
                    case TRUNCATE -> {
                        file.channel().truncate(transfer.offset());
                        yield 0;
                    }
                    case SYNC, DATA_SYNC -> {
                        file.channel().force(true);
                        yield 0;
                    }
                };
            } catch (IOException e) {
                return -Errno.EIO.number();
            }
        }

        private long move(Transfer transfer, OpenChannel file) throws IOException {
            int unit = file.alignmentBytes();
            ByteBuffer buffer = transfer.buffer(0);
            if (transfer.offset() % unit != 0 || buffer.remaining() % unit != 0) {
                return -Errno.EINVAL.number();
            }
            if (transfer.kind() == TransferKind.READ) {
                buffer.limit(buffer.position() + shorter(buffer.remaining(), unit));
                return Math.max(0, file.channel().read(buffer, transfer.offset()));
            }
            if (transfer.offset() >= script.failsAt()) {
                return -Errno.EIO.number();
            }
            buffer.limit(buffer.position() + shorter(buffer.remaining(), unit));
            return file.channel().write(buffer, transfer.offset());
        }

        /** At least one unit, and any number of bytes from there to the most. */
        private int shorter(int bytes, int unit) {
            int most = Math.min(bytes, Math.max(unit, script.mostBytes()));
            return most <= unit ? most : unit + random.nextInt(most - unit + 1);
        }
    }
}
