package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several buffers as one request: parts in their order, one count, one end. */
class VectoredContractTest extends TckTest {
    private static final BufferKind[] KINDS = {
        BufferKind.HEAP, BufferKind.DIRECT, BufferKind.HEAP_SLICE, BufferKind.DIRECT_SLICE
    };

    /** Returns buffers of changing kinds with these capacities. */
    private static ByteBuffer[] parts(int... sizes) {
        ByteBuffer[] parts = new ByteBuffer[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            parts[i] = KINDS[i % KINDS.length].make(sizes[i]);
        }
        return parts;
    }

    /** Fills buffers with the bytes that belong at a position and after it. */
    private static ByteBuffer[] fill(ByteBuffer[] parts, long position) {
        long at = position;
        for (ByteBuffer part : parts) {
            Pattern.fill(part, 0, at);
            at += part.remaining();
        }
        return parts;
    }

    private static void check(ByteBuffer[] parts, long position) {
        long at = position;
        for (ByteBuffer part : parts) {
            Pattern.check(part, 0, at);
            at += part.remaining();
        }
    }

    @Test
    @Asserts("JAF-writev")
    void partsAreWrittenInTheirOrderAndCountedTogether() throws IOException {
        AsyncFile file = newFile("f");
        int[] sizes = new int[10];
        Arrays.fill(sizes, 512);

        assertEquals(5120, answer(file.write(fill(parts(sizes), 0), 0)));
        assertEquals(20, answer(file.write(fill(parts(1, 2, 3, 5, 9), 5120), 5120)));

        Pattern.checkFile(path("f"), 0, 5140);
    }

    @Test
    @Asserts("JAF-scatter-1")
    void partsAreReadInTheirOrder() throws IOException {
        AsyncFile file = open(fileOf("f", 256), READ);
        for (int i = 0; i < 20; i++) {
            ByteBuffer[] targets = parts(3, 3, 3);

            assertEquals(9, answer(file.read(targets, 9L * i)));

            check(targets, 9L * i);
        }
    }

    @Test
    @Asserts("JAF-gather-subset")
    void aPartOfAnArrayIsWrittenByGivingThatPart() throws IOException {
        AsyncFile file = newFile("f");
        ByteBuffer[] sources = fill(parts(1, 1, 1, 1), 0);

        assertEquals(2, answer(file.write(Arrays.copyOfRange(sources, 0, 2), 0)));

        Pattern.checkFile(path("f"), 0, 2);
    }

    @Test
    @Asserts("FBSD-aio_writev_empty_poll")
    void noBufferAtAllIsARequestForZeroBytes() throws IOException {
        AsyncFile file = open(fileOf("f", 10), READ, WRITE);
        List<TransferRecord> records = faults().record();
        Told told = new Told();

        assertEquals(0, answer(file.write(new ByteBuffer[0], 0)));
        assertEquals(0, answer(file.read(new ByteBuffer[0], 0)));
        ControlBlock block = io().controlBlock().file(file).buffers().sigEvent(SigEvent.call(told));
        assertEquals(0, block.length());
        assertEquals(0, writeAndWait(block));

        assertEquals(0, told.awaitOne().result());
        assertEquals(List.of(), records);
        Pattern.checkFile(path("f"), 0, 10);
    }

    @Test
    void emptyPartsArePassedOver() throws IOException {
        AsyncFile file = newFile("f");
        ByteBuffer[] sources = fill(parts(0, 4, 0, 0, 8, 0), 0);
        ByteBuffer[] targets = parts(0, 0, 12, 0);

        assertEquals(12, answer(file.write(sources, 0)));
        assertEquals(12, answer(file.read(targets, 0)));

        check(targets, 0);
        assertEquals(0, answer(file.write(parts(0, 0, 0), 100)));
        Pattern.checkFile(path("f"), 0, 12);
    }

    @Test
    void onlyTheBytesBetweenPositionAndLimitAreMovedAndBothStay() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        ByteBuffer[] targets = parts(30, 30, 30);
        for (ByteBuffer target : targets) {
            target.position(10).limit(20);
        }

        assertEquals(30, answer(file.read(targets, 50)));
        assertEquals(30, answer(file.write(targets, 50)));

        check(targets, 50);
        for (ByteBuffer target : targets) {
            assertEquals(10, target.position());
            assertEquals(20, target.limit());
            assertEquals(ByteBuffer.allocate(10), target.duplicate().clear().limit(10));
            assertEquals(ByteBuffer.allocate(10), target.duplicate().limit(30).position(20));
        }
        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    void aReadAcrossTheEndOfTheFileFillsWhatThereIs() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ);
        ByteBuffer[] targets = parts(40, 40, 40, 40);

        assertEquals(100, answer(file.read(targets, 0)));

        Pattern.check(targets[0], 0, 0);
        Pattern.check(targets[1], 0, 40);
        Pattern.check(targets[2].limit(20), 0, 80);
        assertEquals(ByteBuffer.allocate(40), targets[3]);
        assertEquals(5, answer(file.read(targets, 95)));
        assertEquals(0, answer(file.read(targets, 100)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 9, 10, 11, 25, 26, 59})
    void aShorterLengthEndsInTheMiddleOfAnyPart(int length) throws IOException {
        AsyncFile file = newFile("f");
        ControlBlock block = io().controlBlock().file(file).buffers(fill(parts(10, 0, 15, 20, 15), 0));
        assertEquals(60, block.length());

        assertEquals(length, writeAndWait(block.length(length)));

        Pattern.checkFile(path("f"), 0, length);
        ByteBuffer[] targets = parts(10, 0, 15, 20, 15);
        answer(file.write(ByteBuffer.allocate(60).put(0, filled(60)), 0));
        assertEquals(length, readAndWait(block.buffers(targets).length(length)));
        int moved = 0;
        for (ByteBuffer target : targets) {
            for (int i = 0; i < target.capacity(); i++) {
                assertEquals(moved++ < length ? 7 : 0, target.get(i));
            }
        }
    }

    private static byte[] filled(int bytes) {
        byte[] sevens = new byte[bytes];
        Arrays.fill(sevens, (byte) 7);
        return sevens;
    }

    @Test
    @Asserts("FBSD-aio_writev_dos_iov_len")
    void aLengthBeyondTheSumOfThePartsIsEINVAL() throws IOException {
        ControlBlock block = io().controlBlock().file(newFile("f")).buffers(parts(10, 20));

        expectErrno(Errno.EINVAL, () -> io().write(block.length(31)));
        expectErrno(Errno.EINVAL, () -> io().write(block.length(1 << 30)));

        assertEquals(30, writeAndWait(block.length(30)));
    }

    @Test
    void aShortTransferTellsItsCountWhereverItEnds() throws IOException {
        AsyncFile file = newFile("f");
        for (int bytes = 1; bytes < 30; bytes++) {
            faults().limit(Faults.kind(TransferKind.WRITE), bytes, 1);
            assertEquals(bytes, answer(file.write(fill(parts(10, 10, 10), 0), 0)));
            Pattern.checkFile(path("f"), 0, bytes);

            answer(file.write(Pattern.heap(30, 0, 0), 0));
            faults().limit(Faults.kind(TransferKind.READ), bytes, 1);
            ByteBuffer[] targets = parts(10, 10, 10);
            assertEquals(bytes, answer(file.read(targets, 0)));
            for (int i = 0; i < 30; i++) {
                assertEquals(i < bytes ? Pattern.at(0, i) : 0, targets[i / 10].get(i % 10));
            }
            answer(file.truncate(0));
        }
    }

    @Test
    @Asserts("FBSD-aio_writev_dos_iovcnt")
    void moreBuffersThanTheSystemTakesAtATimeAreSplitOrEndShort() throws IOException {
        AsyncFile file = newFile("f");
        int[] ones = new int[5000];
        Arrays.fill(ones, 1);

        long written = answer(file.write(fill(parts(ones), 0), 0));
        assertTrue(written >= 1 && written <= 5000, () -> "written=" + written);
        Pattern.checkFile(path("f"), 0, (int) written);

        answer(file.writeFully(Pattern.heap(5000, 0, 0), 0));
        ByteBuffer[] targets = parts(ones);
        long read = answer(file.read(targets, 0));
        assertTrue(read >= 1 && read <= 5000, () -> "read=" + read);
        check(Arrays.copyOf(targets, (int) read), 0);
    }

    @Test
    @Asserts("FBSD-vectored_thread")
    void itsEndIsToldOnceByCallback() throws IOException {
        AsyncFile file = newFile("f");
        Told told = new Told();
        ByteBuffer memory = Pattern.direct(16_384, 3, 0);
        ByteBuffer[] swapped = {memory.slice(4096, 12_288), memory.slice(0, 4096)};
        ControlBlock block = io().controlBlock().file(file).buffers(swapped).sigEvent(SigEvent.call(told));

        assertEquals(16_384, writeAndWait(block));
        told.awaitOne();
        ByteBuffer back = ByteBuffer.allocateDirect(16_384);
        assertEquals(16_384, readAndWait(block.buffers(back.slice(4096, 12_288), back.slice(0, 4096))));

        assertEquals(16_384, told.await(2).get(1).result());
        Pattern.check(back, 3, 0);
        file.close();
        told.assertCount(2);
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path("f")));
        Pattern.check(content.slice(0, 12_288), 3, 4096);
        Pattern.check(content.slice(12_288, 4096), 3, 0);
    }

    @Test
    void leasesAndOtherBuffersGoTogether() throws IOException {
        AsyncFile file = newFile("f");
        try (Lease first = io().lease(4096);
                Lease second = io().lease(100)) {
            ByteBuffer[] sources = {
                first.buffer(), ByteBuffer.allocate(50), second.buffer(), ByteBuffer.allocateDirect(7)
            };

            assertEquals(4253, answer(file.write(fill(sources, 0), 0)));
            first.buffer().put(0, new byte[4096]);
            assertEquals(4253, answer(file.read(sources, 0)));

            check(sources, 0);
        }
        Pattern.checkFile(path("f"), 0, 4253);
    }

    @Test
    void oneBufferMayBeGivenSeveralTimes() throws IOException {
        AsyncFile file = newFile("f");
        ByteBuffer source = Pattern.direct(100, 0, 0);

        assertEquals(300, answer(file.write(new ByteBuffer[] {source, source, source}, 0)));

        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path("f")));
        for (int i = 0; i < 300; i += 100) {
            Pattern.check(content.slice(i, 100), 0, 0);
        }
    }

    @Test
    void theArrayAndItsBuffersAreTheCallersAgainAfterTheCall() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ByteBuffer[] sources = fill(parts(10, 20), 0);
        ByteBuffer second = sources[1];
        Request<Long> write = file.write(sources, 0);
        ControlBlock block = io().controlBlock().file(file).buffers(sources).offset(30);
        io().write(block);

        sources[0].position(5);
        second.limit(1);
        sources[1] = null;
        hold.release();

        assertEquals(30, answer(write));
        assertEquals(30, success(block));
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path("f")));
        Pattern.check(content.slice(0, 30), 0, 0);
        Pattern.check(content.slice(30, 30), 0, 0);
    }

    @Test
    void onePartThatMayNotBeReadIntoRefusesAll() throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);
        ByteBuffer[] targets = {ByteBuffer.allocate(10), ByteBuffer.allocate(10).asReadOnlyBuffer()};

        expectFailure(Errno.EINVAL, file.read(targets, 0));
        expectErrno(Errno.EINVAL, () -> io().read(io().controlBlock().file(file).buffers(targets)));

        assertEquals(ByteBuffer.allocate(10), targets[0]);
        assertEquals(20, answer(file.write(targets, 0)));
    }

    @Test
    void itIsOneRequestToTheLimits() throws AioException {
        UnderTest one = start(Map.of("max.requests", 1, "max.requests.per.consumer", 1));
        AsyncFile file = one.io().open(path("f"), WRITE, CREATE);

        assertEquals(60, answer(file.write(parts(10, 20, 30), 0)));
    }

    @Test
    void aSyncCoversAllItsParts() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        Request<Long> write = file.write(fill(parts(100, 100, 100), 0), 0);
        hold.awaitHeld(1);
        Request<Void> sync = file.sync(SyncMode.FULL);

        hold.release();

        answer(sync);
        assertTrue(write.isDone());
        assertEquals(300, answer(write));
    }

    @Test
    void itIsCanceledAsAWhole() throws IOException {
        UnderTest narrow = start(Map.of("window", 1));
        AsyncFile file = narrow.io().open(fileOf("f", 100), READ, WRITE);
        Hold hold = narrow.faults().hold(Faults.kind(TransferKind.READ));
        Request<Long> running = file.read(ByteBuffer.allocate(1), 0);
        hold.awaitHeld(1);
        Request<Long> write = file.write(parts(10, 20, 30), 0);

        assertEquals(CancelResult.CANCELED, write.cancel());
        hold.release();

        expectFailure(Errno.ECANCELED, write);
        answer(running);
        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    void nullArraysAndNullPartsAreNamed() throws IOException {
        AsyncFile file = newFile("f");
        ByteBuffer[] withNull = {ByteBuffer.allocate(1), null};

        Nulls.refused("targets", () -> file.read((ByteBuffer[]) null, 0));
        Nulls.refused("sources", () -> file.write((ByteBuffer[]) null, 0));
        Nulls.refused("targets", () -> file.read(withNull, 0));
        Nulls.refused("sources", () -> file.write(withNull, 0));
        Nulls.refused("buffers", () -> io().controlBlock().buffers((ByteBuffer[]) null));
        Nulls.refused("buffers", () -> io().controlBlock().buffers(withNull));
        Nulls.refused("buffer", () -> io().controlBlock().buffer(null));
    }
}
