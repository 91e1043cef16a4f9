package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that race with each other, with other handles and with errors: every byte is where it belongs. */
class IntegrityTest extends TckTest {
    @Test
    @Asserts("XFS-aiodio_sparse2")
    void unalignedWritesIntoHolesThatEndInAnyOrderLandEachInItsPlace() throws IOException {
        AsyncFile file = newFile("f");
        Random random = new Random(2);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            order.add(i);
        }
        for (int round = 0; round < 10; round++) {
            answer(file.truncate(0));
            Collections.shuffle(order, random);
            Hold hold = hold(TransferKind.WRITE);
            List<Request<Long>> writes = new ArrayList<>();
            for (int i : order) {
                long offset = i * 3001L;
                writes.add(file.write(Pattern.direct(1501, 0, offset), offset));
            }
            hold.release(20);
            for (int i : order) {
                long offset = i * 3001L + 1501;
                writes.add(file.write(Pattern.heap(1500, 0, offset), offset));
            }
            hold.release();
            for (Request<Long> write : writes) {
                assertTrue(answer(write) >= 1500);
            }
            Pattern.checkFile(path("f"), 0, 64 * 3001);
        }
    }

    @Test
    @Asserts("XFS-append-fallocate-race")
    void aWriteBehindAHoleThatRacesWithTheWriteThatFillsItLeavesBoth() throws IOException {
        int block = 512;
        Race race = race();
        try (FileChannel other = FileChannel.open(path("f"), WRITE, CREATE);
                AsyncFile file = open(path("f"), READ, WRITE)) {
            for (int round = 0; round < Race.ROUNDS; round++) {
                long hole = 2L * block * round;
                ByteBuffer front = Pattern.direct(block, 0, hole);
                ByteBuffer behind = Pattern.direct(block, 0, hole + block);

                race.run(
                        () -> assertEquals(block, answer(file.write(behind, hole + block))),
                        () -> assertEquals(block, other.write(front, hole)));

                assertEquals(hole + 2L * block, Files.size(path("f")));
            }
        }
        Pattern.checkFile(path("f"), 0, 2 * block * Race.ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Asserts("XFS-append-read-race")
    void aReaderAtTheGrowingEndSeesTheEndOrTheBytesButNeverZeros(boolean direct) throws IOException {
        int block = 64 * 1024;
        int count = 128;
        assumeCapability("APPEND", path("f"), CREATE, APPEND);
        AsyncFile writer = direct ? openDirect(path("f"), CREATE, APPEND) : open(path("f"), CREATE, APPEND);
        AsyncFile reader = open(path("f"), READ);
        Future<Long> reading = background(() -> {
            ByteBuffer target = ByteBuffer.allocateDirect(block);
            long position = 0;
            while (position < (long) block * count) {
                long moved = answer(reader.read(target, position));
                for (int i = 0; i < moved; i++) {
                    assertEquals('a', target.get(i), "position=" + (position + i));
                }
                position += moved;
            }
            return position;
        });
        Lease source = io().lease(block);
        while (source.buffer().hasRemaining()) {
            source.buffer().put((byte) 'a');
        }
        source.buffer().flip();
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            writes.add(writer.writeFully(source.buffer(), 0));
        }

        for (Request<Long> write : writes) {
            assertEquals(block, answer(write));
        }

        assertEquals((long) block * count, Bounded.get(reading));
    }

    @Test
    @Asserts("XFS-cow-race")
    void overlappingWritesEndEachOnceAndEveryByteIsOfOneOfThem() throws IOException {
        AsyncFile file = newFile("f");
        for (int round = 0; round < Race.ROUNDS; round++) {
            Told told = new Told();
            List<ControlBlock> blocks = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ControlBlock block = block(file, Pattern.direct(8192 - 1000 * i, i, 500L * i), 500L * i);
                blocks.add(block.sigEvent(SigEvent.call(told)));
            }
            for (ControlBlock block : blocks) {
                io().write(block);
            }
            for (ControlBlock block : blocks) {
                assertEquals(block.length(), success(block));
            }
            told.await(8);
            told.assertCount(8);
            byte[] found = Files.readAllBytes(path("f"));
            assertEquals(8192, found.length);
            for (int i = 0; i < found.length; i++) {
                assertTrue(isOfOne(found[i], i), "round=" + round + " position=" + i);
            }
        }
    }

    private static boolean isOfOne(byte found, int position) {
        for (int i = 0; i < 8; i++) {
            boolean isInside = position >= 500 * i && position < 8192 - 500 * i;
            if (isInside && found == Pattern.at(i, position)) {
                return true;
            }
        }
        return false;
    }

    @Test
    @Asserts("XFS-cycle-write")
    void afterEachWriteAPlainReaderSeesThePatternJustWritten() throws IOException {
        int bytes = 64 * 1024;
        AsyncFile file = openDirect(path("f"), READ, WRITE, CREATE);
        try (FileChannel reader = FileChannel.open(path("f"), READ);
                Lease lease = io().lease(bytes)) {
            ByteBuffer target = ByteBuffer.allocateDirect(bytes);
            for (int round = 0; round < 100; round++) {
                Pattern.fill(lease.buffer(), round % 2, 0);

                assertEquals(bytes, answer(file.writeFully(lease, 0)));

                assertEquals(bytes, reader.read(target.clear(), 0));
                Pattern.check(target.flip(), round % 2, 0);
            }
        }
    }

    @Test
    @Asserts("XFS-invalidate-failure")
    void requestsPastTheCacheAndThroughItOnOneFileEndEachOnce() throws IOException {
        int bytes = 8192;
        AsyncFile direct = openDirect(path("f"), READ, WRITE, CREATE);
        AsyncFile cached = open(path("f"), READ, WRITE);
        for (int round = 0; round < 30; round++) {
            Told told = new Told();
            List<Lease> leases = new ArrayList<>();
            List<ControlBlock> blocks = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                leases.add(io().lease(bytes));
                long offset = (long) bytes * (i / 2);
                Pattern.fill(leases.get(i).buffer(), 0, offset);
                ControlBlock block = io().controlBlock().file(i % 2 == 0 ? direct : cached);
                blocks.add(block.lease(leases.get(i)).offset(offset).sigEvent(SigEvent.call(told)));
                io().write(blocks.get(i));
            }
            for (ControlBlock block : blocks) {
                assertEquals(bytes, success(block));
            }
            told.await(32);
            told.assertCount(32);
            leases.forEach(Lease::close);
            Pattern.checkFile(path("f"), 0, 16 * bytes);
        }
    }

    @Test
    @Asserts("XFS-invalidate-readahead")
    void behindTheAnnouncedPositionAnotherHandleNeverSeesStaleBytes() throws IOException {
        int bytes = 16 * 1024;
        int count = 300;
        Files.write(path("f"), new byte[bytes * count]);
        AsyncFile writer = open(path("f"), WRITE);
        AtomicLong announced = new AtomicLong();
        Future<Long> reading = background(() -> {
            long checked = 0;
            try (FileChannel reader = FileChannel.open(path("f"), READ)) {
                ByteBuffer target = ByteBuffer.allocateDirect(bytes);
                while (checked < (long) bytes * count) {
                    long end = announced.get();
                    for (; checked < end; checked += bytes) {
                        assertEquals(bytes, reader.read(target.clear(), checked));
                        Pattern.check(target.flip(), 0, checked);
                    }
                    Thread.onSpinWait();
                }
            }
            return checked;
        });

        for (int i = 0; i < count; i++) {
            assertEquals(bytes, answer(writer.write(Pattern.direct(bytes, 0, (long) bytes * i), (long) bytes * i)));
            announced.set((long) bytes * (i + 1));
        }

        assertEquals((long) bytes * count, Bounded.get(reading));
    }

    @Test
    @Asserts("XFS-aiocp")
    void aCopyWithWritesThatFailTellsWhichAndOldContentIsNowhere() throws IOException {
        int block = 8192;
        int count = 64;
        AsyncFile source = open(fileOf("source", block * count), READ);
        fileOf("target", block * count);
        AsyncFile target = open(path("target"), READ, WRITE, TRUNCATE_EXISTING);
        faults().fail(
                        transfer -> transfer.kind() == TransferKind.WRITE && transfer.offset() % (8L * block) == 0,
                        Errno.EIO,
                        Integer.MAX_VALUE);
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(block);
            assertEquals(block, answer(source.readFully(buffer, (long) i * block)));
            writes.add(target.writeFully(buffer, (long) i * block));
        }

        for (int i = 0; i < count; i++) {
            if (i % 8 == 0) {
                assertEquals(0, expectFailure(Errno.EIO, writes.get(i)).transferred());
            } else {
                assertEquals(block, answer(writes.get(i)));
            }
        }

        ByteBuffer found = ByteBuffer.allocate(block);
        for (int i = 0; i < count; i++) {
            assertEquals(block, answer(target.readFully(found, (long) i * block)));
            if (i % 8 == 0) {
                assertEquals(ByteBuffer.allocate(block), found);
            } else {
                Pattern.check(found, 0, (long) i * block);
            }
        }
    }

    @Test
    @Asserts("XFS-299-stress")
    void randomRequestsOnAFullDeviceEndWithENOSPCOrSuccessAndNeverHang() throws IOException {
        int block = 4096;
        AsyncFile file = newFile("f");
        Random space = new Random(3);
        faults().fail(
                        transfer -> transfer.kind() == TransferKind.WRITE && space.nextInt(3) == 0,
                        Errno.ENOSPC,
                        Integer.MAX_VALUE);
        Random random = new Random(4);
        boolean[] isWritten = new boolean[64];
        for (int round = 0; round < 50; round++) {
            List<Request<Long>> writes = new ArrayList<>();
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                int place = random.nextInt(64);
                places.add(place);
                writes.add(file.write(Pattern.direct(block, 0, (long) block * place), (long) block * place));
            }
            Request<Void> truncate = file.truncate((long) block * 64);
            for (int i = 0; i < 32; i++) {
                isWritten[places.get(i)] |= isMoved(writes.get(i), block);
            }
            answer(truncate);
        }
        ByteBuffer found = ByteBuffer.allocate(block);
        for (int place = 0; place < 64; place++) {
            if (isWritten[place]) {
                assertEquals(block, answer(file.read(found, (long) block * place)));
                Pattern.check(found, 0, (long) block * place);
            }
        }
    }

    /** Answers whether all was moved; the one other end there may be is ENOSPC. */
    private static boolean isMoved(Request<Long> request, int bytes) {
        try {
            assertEquals(bytes, answer(request));
            return true;
        } catch (AioException e) {
            assertEquals(Errno.ENOSPC, e.errno());
            return false;
        }
    }

    @Test
    void twoInstancesOnOneFileEachSeeWhatTheOtherHasFinished() throws IOException {
        UnderTest other = start(Map.of());
        AsyncFile here = newFile("f");
        AsyncFile there = other.io().open(path("f"), READ, WRITE);
        ByteBuffer target = ByteBuffer.allocate(4096);
        for (int round = 0; round < 100; round++) {
            AsyncFile writer = round % 2 == 0 ? here : there;
            AsyncFile reader = round % 2 == 0 ? there : here;

            assertEquals(4096, answer(writer.write(Pattern.direct(4096, round, 0), 0)));

            assertEquals(4096, answer(reader.read(target, 0)));
            Pattern.check(target, round, 0);
        }
    }

    @Test
    void threadsThatShareAFileAndItsLeasesMoveOnlyTheirOwnBytes() throws IOException {
        int block = 2048;
        AsyncFile file = newFile("f");
        List<Future<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int thread = t;
            threads.add(background(() -> {
                for (int round = 0; round < 200; round++) {
                    long offset = (long) block * (thread + 4 * (round % 16));
                    try (Lease lease = io().lease(block)) {
                        Pattern.fill(lease.buffer(), round, offset);
                        assertEquals(block, answer(file.write(lease, offset)));
                        lease.buffer().put(0, new byte[block]);
                        assertEquals(block, answer(file.read(lease, offset)));
                        Pattern.check(lease.buffer(), round, offset);
                    }
                    if (round % 50 == 0) {
                        answer(file.sync(SyncMode.DATA));
                    }
                }
                return null;
            }));
        }
        threads.forEach(Bounded::get);
        assertEquals(64L * block, Files.size(path("f")));
    }

    @Test
    void aFileThatIsReopenedWithEveryOptionHoldsWhatWasWrittenBefore() throws IOException {
        List<StandardOpenOption> options = List.of(StandardOpenOption.DSYNC, StandardOpenOption.SYNC);
        int bytes = 0;
        for (int i = 0; i < 20; i++) {
            StandardOpenOption option = options.get(i % options.size());
            boolean isClaimed = io().provider().capabilities().contains(option.name());
            try (AsyncFile file =
                    isClaimed ? open(path("f"), READ, WRITE, CREATE, option) : open(path("f"), READ, WRITE, CREATE)) {
                assertEquals(100, answer(file.writeFully(Pattern.heap(100, 0, bytes), bytes)));
                bytes += 100;
                ByteBuffer all = ByteBuffer.allocate(bytes);
                assertEquals(bytes, answer(file.readFully(all, 0)));
                Pattern.check(all, 0, 0);
            }
        }
    }
}
