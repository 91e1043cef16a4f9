package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Much data, in every way there is to move it, and every byte looked at. */
class BulkIntegrityTest extends TckTest {
    /** The memory of a request. */
    enum Form {
        /** A direct buffer, page-aligned. */
        PLAIN,
        /** A lease, which a provider may have registered with its kernel. */
        LEASE,
        /** A buffer in two parts. */
        VECTOR,
        /** The same, past the page cache. */
        DIRECT_PLAIN,
        DIRECT_LEASE,
        DIRECT_VECTOR;

        boolean isDirect() {
            return name().startsWith("DIRECT");
        }

        boolean isLease() {
            return name().endsWith("LEASE");
        }

        boolean isVector() {
            return name().endsWith("VECTOR");
        }
    }

    private AsyncFile open(Form form) throws IOException {
        return form.isDirect() ? openDirect(path("f"), READ, WRITE, CREATE) : open(path("f"), READ, WRITE, CREATE);
    }

    /** A block with memory of a form, and a view of that memory. */
    private final class Carrier {
        final ControlBlock block = io().controlBlock();
        private final Lease lease;
        private final ByteBuffer buffer;

        Carrier(Form form, int bytes) throws AioException {
            lease = form.isLease() ? io().lease(bytes) : null;
            buffer = lease == null
                    ? ByteBuffer.allocateDirect(bytes + 4096).alignedSlice(4096).limit(bytes)
                    : lease.buffer();
            if (lease != null) {
                block.lease(lease);
            } else if (form.isVector()) {
                block.buffers(buffer.slice(0, bytes / 2), buffer.slice(bytes / 2, bytes / 2));
            } else {
                block.buffer(buffer);
            }
        }

        void release() {
            if (lease != null) {
                lease.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Asserts({"URING-read-write-matrix", "URING-fixed-files", "URING-iopoll"})
    void everyWayOfMovingABlockMovesAllOfIt(Form form) throws IOException {
        int bytes = 8192;
        int count = 32;
        AsyncFile file = open(form);
        Random random = new Random(5);
        List<Carrier> carriers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            carriers.add(new Carrier(form, bytes));
        }
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < count; i++) {
                long offset = (long) bytes * i;
                Pattern.fill(carriers.get(i).buffer, round, offset);
                io().write(carriers.get(i).block.file(file).offset(offset));
            }
            for (Carrier carrier : carriers) {
                assertEquals(bytes, success(carrier.block));
            }
            Pattern.checkFile(path("f"), round, bytes * count);
            for (Carrier carrier : carriers) {
                long offset = (long) bytes * random.nextInt(count);
                carrier.buffer.put(0, new byte[bytes]);
                io().read(carrier.block.offset(offset));
            }
            for (Carrier carrier : carriers) {
                assertEquals(bytes, success(carrier.block));
                Pattern.check(carrier.buffer, round, carrier.block.offset());
            }
        }
        carriers.forEach(Carrier::release);
    }

    @ParameterizedTest
    @EnumSource
    @Asserts("URING-file-verify")
    void aFileOfNumbersWithHolesIsReadWithoutAShortCountAndEveryNumberIsItsIndex(Form form) throws IOException {
        int bytes = 64 * 1024;
        int blocks = 128;
        writeNumbers(bytes, blocks);
        AsyncFile file = open(form);
        List<Carrier> carriers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            carriers.add(new Carrier(form, bytes));
            io().read(carriers.get(i).block.file(file).offset((long) bytes * i));
        }
        for (int i = 0; i < blocks; i++) {
            Carrier carrier = carriers.get(i % 16);
            assertEquals(bytes, success(carrier.block));
            for (int at = 0; at < bytes; at += 4) {
                int expected = isHole(i) ? 0 : (bytes * i + at) / 4;
                if (carrier.buffer.getInt(at) != expected) {
                    assertEquals(expected, carrier.buffer.getInt(at), "block=" + i + " at=" + at);
                }
            }
            if (i + 16 < blocks) {
                io().read(carrier.block.offset((long) bytes * (i + 16)));
            }
        }
        carriers.forEach(Carrier::release);
    }

    private static boolean isHole(int block) {
        return block % 5 == 3;
    }

    private void writeNumbers(int bytes, int blocks) throws IOException {
        try (FileChannel channel = FileChannel.open(path("f"), WRITE, CREATE)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
            for (int i = 0; i < blocks; i++) {
                for (int at = 0; at < bytes; at += 4) {
                    buffer.putInt(at, (bytes * i + at) / 4);
                }
                if (!isHole(i)) {
                    assertEquals(bytes, channel.write(buffer.clear(), (long) bytes * i));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {40 * 1024, 80 * 1024, 10 << 20, (10 << 20) + 100 * 1024})
    @Asserts("ART-fallocate-read")
    void aFileThatWasOnlyMadeLongerIsReadAsZerosInOneRequest(int bytes) throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(path("f").toFile(), "rw")) {
            sparse.setLength(bytes);
        }
        AsyncFile file = open(path("f"), READ);
        ByteBuffer target = ByteBuffer.allocateDirect(bytes);
        for (int i = 0; i < bytes; i += 512) {
            target.put(i, (byte) 1);
        }
        Told told = new Told();
        ControlBlock block = block(file, target, 0).sigEvent(SigEvent.call(told));

        assertEquals(bytes, readAndWait(block));

        told.awaitOne();
        told.assertCount(1);
        assertEquals(ByteBuffer.allocate(bytes), target);
    }

    @ParameterizedTest
    @ValueSource(longs = {(1L << 31) - 1, 1L << 31, (1L << 32) - 1, 1L << 32, (1L << 40) + 1})
    @Asserts("URING-lfs-write")
    void offsetsBeyondAnIntAreExact(long offset) throws IOException {
        AsyncFile file = open(path("f"), READ, WRITE, CREATE);

        assertEquals(100, answer(file.write(Pattern.heap(100, 0, offset), offset)));

        assertEquals(offset + 100, answer(file.size()));
        ByteBuffer target = ByteBuffer.allocate(200);
        assertEquals(100, answer(file.read(target, offset)));
        Pattern.check(target.limit(100), 0, offset);
        assertEquals(100, answer(file.read(target.limit(100), offset - 100)));
        assertEquals(ByteBuffer.allocate(100), target);
        answer(file.truncate(1));
        assertEquals(1, answer(file.size()));
    }

    @Test
    @Asserts("ART-stress")
    void writersWithCallbacksAndTheCollectorAtWorkEndWhileFilesAreReopened() throws IOException {
        long end = System.nanoTime() + 1_000_000_000L;
        Future<Integer> collector = background(() -> {
            int collections = 0;
            do {
                System.gc();
                collections++;
            } while (System.nanoTime() < end);
            return collections;
        });
        List<Future<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            String name = "w-" + i;
            writers.add(background(() -> {
                int rounds = 0;
                do {
                    writeAndReopen(name, rounds++);
                } while (System.nanoTime() < end);
                return rounds;
            }));
        }
        for (Future<Integer> writer : writers) {
            assertTrue(Bounded.get(writer) > 0);
        }
        assertTrue(Bounded.get(collector) > 0);
    }

    private void writeAndReopen(String name, int round) throws IOException {
        int count = 50;
        try (AsyncFile file = open(path(name), READ, WRITE, CREATE)) {
            CountDownLatch told = new CountDownLatch(count);
            SigEvent event = SigEvent.call(notification -> {
                if (notification.error() == Errno.SUCCESS && notification.result() == 512) {
                    told.countDown();
                }
            });
            for (int i = 0; i < count; i++) {
                io().write(block(file, Pattern.direct(512, round, 512L * i), 512L * i)
                        .sigEvent(event));
            }
            Bounded.await(told);
        }
        Pattern.checkFile(path(name), round, 512 * count);
    }
}
