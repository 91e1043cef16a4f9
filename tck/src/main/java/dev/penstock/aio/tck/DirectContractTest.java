package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.tck.system.Descriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Files opened with DIRECT: what the alignment demands, and that everything else is as without it. A provider that
 * does not claim DIRECT refuses it at open, which each of these tests asserts before it is reported as not run.
 */
class DirectContractTest extends TckTest {
    private AsyncFile direct(OpenOption... options) throws IOException {
        return openDirect(path("f"), options);
    }

    private AsyncFile direct() throws IOException {
        return direct(READ, WRITE, CREATE);
    }

    private Lease filled(int bytes, long position) throws AioException {
        Lease lease = io().lease(bytes);
        Pattern.fill(lease.buffer(), 0, position);
        return lease;
    }

    @Test
    void theAlignmentIsAPowerOfTwoThatLeasesFulfil() throws IOException {
        AsyncFile file = direct();
        int alignment = file.alignmentBytes();

        assertTrue(alignment > 1 && Integer.bitCount(alignment) == 1, () -> "alignment=" + alignment);
        try (Lease lease = filled(2 * alignment, 0)) {
            assertEquals(0, lease.buffer().alignmentOffset(0, alignment));

            assertEquals(2L * alignment, answer(file.write(lease, 0)));
            lease.buffer().put(new byte[2 * alignment]).clear();
            assertEquals(2L * alignment, answer(file.read(lease, 0)));

            Pattern.check(lease.buffer(), 0, 0);
        }
        Pattern.checkFile(path("f"), 0, 2 * alignment);
    }

    @Test
    void everyDescriptorOfTheFilePassesTheCacheBy() throws IOException {
        AsyncFile file = direct();
        int alignment = file.alignmentBytes();
        try (Lease lease = filled(alignment, 0)) {
            assertEquals(alignment, answer(file.write(lease, 0)));
            assertEquals(alignment, answer(file.read(lease, 0)));
        }

        Descriptors.assertFlag(Descriptors.O_DIRECT, path("f"));
        file.close();
        assumeCapability("READ_APPEND", path("f"), READ, StandardOpenOption.APPEND);
        direct(READ, StandardOpenOption.APPEND);
        Descriptors.assertFlag(Descriptors.O_DIRECT, path("f"));
    }

    @Test
    void alignedBuffersAreAsGoodAsLeases() throws IOException {
        AsyncFile file = direct();
        int alignment = file.alignmentBytes();
        ByteBuffer buffer = ByteBuffer.allocateDirect(3 * alignment).alignedSlice(alignment);
        Pattern.fill(buffer.limit(2 * alignment), 0, 0);

        assertEquals(alignment, answer(file.write(buffer.duplicate().limit(alignment), 0)));
        assertEquals(alignment, answer(file.write(buffer.duplicate().position(alignment), alignment)));

        Pattern.checkFile(path("f"), 0, 2 * alignment);
    }

    @Test
    @Asserts({"ART-invalid-write-off", "ART-read-odd-off", "JAF-direct-unaligned"})
    void anOffsetThatIsNoMultipleIsEINVALThatNamesIt() throws IOException {
        AsyncFile file = direct();
        int alignment = file.alignmentBytes();
        try (Lease lease = filled(alignment, 0)) {
            assertEquals(alignment, answer(file.write(lease, 0)));
            for (long offset : new long[] {1, 3, 5, alignment / 2, alignment + 1, (1L << 40) - 1}) {
                assertNamed("offset", lease, file, offset);
                assertEquals(alignment, answer(file.write(lease, 0)));
            }
        }
        Pattern.checkFile(path("f"), 0, alignment);
    }

    @Test
    @Asserts("JAF-direct-unaligned")
    void aLengthThatIsNoMultipleIsEINVALThatNamesIt() throws IOException {
        AsyncFile file = direct();
        int alignment = file.alignmentBytes();
        try (Lease lease = io().lease(2 * alignment)) {
            for (int length : new int[] {1, 10, 100, 121, alignment - 1, alignment + 1, alignment + alignment / 2}) {
                lease.buffer().clear().limit(length);
                assertNamed("length", lease, file, 0);
            }
            lease.buffer().clear();
            ControlBlock block = io().controlBlock().file(file).lease(lease).length(alignment + 1);
            assertDetail("length", expectErrno(Errno.EINVAL, () -> io().write(block)));
            assertEquals(alignment, writeAndWait(block.length(alignment)));
        }
    }

    @Test
    void anAddressThatIsNoMultipleIsEINVALThatNamesIt() throws IOException {
        AsyncFile file = direct();
        int alignment = file.alignmentBytes();
        try (Lease lease = io().lease(3 * alignment)) {
            for (int position : new int[] {1, 3, alignment / 2, alignment + 1}) {
                lease.buffer().clear().position(position).limit(position + alignment);
                assertNamed("address", lease, file, 0);
            }
            lease.buffer().clear().position(alignment);
            assertEquals(2L * alignment, answer(file.write(lease, 0)));
        }
    }

    private void assertNamed(String which, Lease lease, AsyncFile file, long offset) throws AioException {
        ControlBlock block = io().controlBlock().file(file).lease(lease).offset(offset);
        assertDetail(which, expectErrno(Errno.EINVAL, () -> io().write(block)));
        assertDetail(which, expectErrno(Errno.EINVAL, () -> io().read(block)));
        assertDetail(which, expectFailure(Errno.EINVAL, file.write(lease, offset)));
        assertDetail(which, expectFailure(Errno.EINVAL, file.read(lease, offset)));
        assertDetail(which, expectFailure(Errno.EINVAL, file.writeFully(lease, offset)));
        assertDetail(which, expectFailure(Errno.EINVAL, file.readFully(lease, offset)));
        assertFalse(lease.isBorrowed());
        assertFalse(block.isBusy());
    }

    /** Asserts that the words behind the errno name one of the three, and not another. */
    private static void assertDetail(String which, AioException refusal) {
        String message = refusal.getMessage();
        String detail = message.substring(message.indexOf("EINVAL"));
        for (String word : new String[] {"address", "length", "offset"}) {
            assertEquals(word.equals(which), detail.contains(word), message);
        }
    }

    @Test
    void aRefusalTellsNoCallback() throws IOException {
        AsyncFile file = direct();
        int alignment = file.alignmentBytes();
        Told told = new Told();
        try (Lease lease = filled(alignment, 0)) {
            ControlBlock block = io().controlBlock().file(file).lease(lease).sigEvent(SigEvent.call(told));

            expectErrno(Errno.EINVAL, () -> io().write(block.offset(5)));
            assertEquals(alignment, writeAndWait(block.offset(0)));

            assertEquals(1, told.awaitOne().sequence());
        }
        file.close();
        told.assertCount(1);
    }

    @Test
    void aRequestForNoBytesNeedsNoAlignedAddress() throws IOException {
        AsyncFile file = direct();

        assertEquals(0, answer(file.write(ByteBuffer.allocateDirect(0), 0)));
        assertEquals(0, answer(file.read(ByteBuffer.allocate(0), 0)));
    }

    @Test
    void aReadAcrossAnEndThatIsNoMultipleTellsTheBytesThereAre() throws IOException {
        fileOf("f", 10_000);
        AsyncFile file = direct(READ);
        int alignment = file.alignmentBytes();
        int bytes = 16 * 1024;
        try (Lease lease = io().lease(bytes)) {
            assertEquals(10_000, answer(file.readFully(lease, 0)));
            Pattern.check(lease.buffer().limit(10_000), 0, 0);
            lease.buffer().clear();

            long last = 10_000 - 10_000L % alignment;
            assertEquals(10_000 - last, answer(file.read(lease, last)));
            assertEquals(0, answer(file.read(lease, 16 * 1024)));
        }
    }

    @Test
    void whatIsWrittenPastTheCacheIsSeenByEverybody() throws IOException {
        AsyncFile file = direct();
        AsyncFile cached = open(path("f"), READ, WRITE);
        int bytes = 16 * 1024;
        try (Lease lease = filled(bytes, 0)) {
            ByteBuffer target = ByteBuffer.allocate(bytes);
            for (int round = 0; round < 20; round++) {
                Pattern.fill(lease.buffer(), round, 0);
                assertEquals(bytes, answer(file.writeFully(lease, 0)));
                assertEquals(bytes, answer(cached.readFully(target, 0)));
                Pattern.check(target, round, 0);

                answer(cached.writeFully(Pattern.heap(bytes, round + 100, 0), 0));
                assertEquals(bytes, answer(file.readFully(lease, 0)));
                Pattern.check(lease.buffer(), round + 100, 0);
            }
        }
    }

    @Test
    @Asserts("FBSD-vectored_md_poll")
    void alignedPartsAreMovedAsOneRequest() throws IOException {
        AsyncFile file = direct();
        assumeTrue(4096 % file.alignmentBytes() == 0, "pages are no multiple of the alignment");
        try (Lease first = io().lease(12_288);
                Lease second = io().lease(4096)) {
            ByteBuffer[] parts = {first.buffer(), second.buffer()};
            Pattern.fill(parts[0], 0, 0);
            Pattern.fill(parts[1], 0, 12_288);

            assertEquals(16_384, answer(file.write(parts, 0)));
            parts[0].put(0, new byte[12_288]);
            parts[1].put(0, new byte[4096]);
            assertEquals(16_384, answer(file.read(parts, 0)));

            Pattern.check(parts[0], 0, 0);
            Pattern.check(parts[1], 0, 12_288);
        }
        Pattern.checkFile(path("f"), 0, 16_384);
    }

    @Test
    @Asserts("FBSD-vectored_unaligned")
    void partsThatAreNoMultipleByThemselvesAreAllMovedOrAllRefused() throws IOException {
        AsyncFile file = direct();
        AsyncFile cached = newFile("cached");
        assumeTrue(4096 % file.alignmentBytes() == 0, "pages are no multiple of the alignment");
        try (Lease lease = filled(8192, 0)) {
            ByteBuffer buffer = lease.buffer();
            ByteBuffer[] parts = {buffer.slice(0, 4096), buffer.slice(4096, 256), buffer.slice(4352, 3840)};

            assertEquals(8192, answer(cached.write(parts, 0)));
            assertEquals(8192, answer(cached.read(parts, 0)));
            Pattern.check(buffer, 0, 0);
            Request<Long> write = file.write(parts, 0);
            try {
                assertEquals(8192, answer(write));
                Pattern.checkFile(path("f"), 0, 8192);
            } catch (AioException refusal) {
                assertEquals(Errno.EINVAL, refusal.errno());
                assertEquals(0, Files.size(path("f")));
            }
        }
        Pattern.checkFile(path("cached"), 0, 8192);
    }

    @Test
    void appendsKeepTheirOrder() throws IOException {
        assumeCapability("APPEND", path("f"), CREATE, StandardOpenOption.APPEND);
        AsyncFile file = direct(CREATE, StandardOpenOption.APPEND);
        int alignment = file.alignmentBytes();
        List<Lease> leases = new ArrayList<>();
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            leases.add(filled(alignment, (long) alignment * i));
            writes.add(file.write(leases.get(i), 5));
        }

        for (Request<Long> write : writes) {
            assertEquals(alignment, answer(write));
        }

        leases.forEach(Lease::close);
        Pattern.checkFile(path("f"), 0, 20 * alignment);
    }

    @Test
    void theOptionOfTheJdkMeansTheSame() throws IOException {
        AsyncFile file = openDirect(JdkDirect.option(), path("f"), READ, WRITE, CREATE);

        assertTrue(file.alignmentBytes() > 1);
        try (Lease lease = filled(file.alignmentBytes(), 0)) {
            assertNamed("offset", lease, file, 1);
            assertEquals(file.alignmentBytes(), answer(file.write(lease, 0)));
        }
    }
}
