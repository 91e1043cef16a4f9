package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes of which buffers are moved, and what is left alone. */
class BufferContractTest extends TckTest {
    @ParameterizedTest
    @EnumSource
    @Asserts("JDK-BufferPositions-read")
    void oneByteIsReadToEveryPositionFromEveryOffsetAndNothingElseIsTouched(BufferKind kind) throws IOException {
        int size = 32;
        AsyncFile file = open(fileOf("f", size), READ);
        ByteBuffer buffer = kind.make(size);
        for (int offset = 0; offset < size; offset++) {
            for (int position = 0; position < size; position++) {
                ByteBuffer whole = buffer.duplicate();
                buffer.limit(position + 1).position(position);

                assertEquals(1, answer(file.read(buffer, offset)));

                assertEquals(position, buffer.position());
                assertEquals(position + 1, buffer.limit());
                assertEquals(Pattern.at(0, offset), whole.get(position));
                whole.put(position, (byte) 0);
                assertEquals(ByteBuffer.allocate(size), whole, "touched outside of position=" + position);
                buffer.clear();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Asserts({"JDK-Basic-buffers", "ART-regular-buffers"})
    void whatIsWrittenFromOneKindIsReadByAnother(BufferKind kind) throws IOException {
        AsyncFile file = newFile("f");
        for (BufferKind other : new BufferKind[] {BufferKind.HEAP_SLICE, BufferKind.DIRECT_SLICE, kind}) {

            assertEquals(50, answer(file.write(Pattern.fill(kind.make(50), 1, 0), 0)));
            assertEquals(50, answer(file.write(Pattern.fill(other.make(50), 2, 0), 0)));
            ByteBuffer first = other.make(50);
            ByteBuffer second = kind.make(50);
            assertEquals(50, answer(file.read(first, 0)));
            assertEquals(50, answer(file.read(second, 0)));

            Pattern.check(first, 2, 0);
            Pattern.check(second, 2, 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Asserts("JAF-len-lt-buffer")
    void onlyTheBytesBetweenPositionAndLimitAreMoved(BufferKind kind) throws IOException {
        AsyncFile file = open(fileOf("f", 4096), READ, WRITE);
        ByteBuffer buffer = kind.make(2048).position(100).limit(1124);

        assertEquals(1024, answer(file.read(buffer, 512)));
        assertEquals(1024, answer(file.write(buffer, 3584)));

        Pattern.check(buffer, 0, 512);
        buffer.clear();
        assertEquals(ByteBuffer.allocate(100), buffer.slice(0, 100));
        assertEquals(ByteBuffer.allocate(924), buffer.slice(1124, 924));
        byte[] content = Files.readAllBytes(path("f"));
        assertEquals(4608, content.length);
        Pattern.check(ByteBuffer.wrap(content, 0, 3584), 0, 0);
        Pattern.check(ByteBuffer.wrap(content, 3584, 1024), 0, 512);
    }

    @Test
    void noRequestChangesPositionLimitMarkOrOrder() throws IOException {
        AsyncFile file = newFile("f");
        ByteBuffer buffer = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(5).mark().position(10).limit(90);

        answer(file.write(buffer, 0));
        answer(file.read(buffer, 0));
        answer(file.writeFully(buffer, 0));
        answer(file.readFully(buffer, 0));

        assertEquals(10, buffer.position());
        assertEquals(90, buffer.limit());
        assertEquals(5, buffer.reset().position());
        assertEquals(ByteOrder.LITTLE_ENDIAN, buffer.order());
    }

    @Test
    void aBufferIsDuplicatedAtTheCall() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        ByteBuffer buffer = Pattern.heap(100, 0, 0);
        Request<Long> write = file.write(buffer, 0);

        buffer.position(50).limit(60);
        hold.release();

        assertEquals(100, answer(write));
        assertEquals(50, buffer.position());
        assertEquals(60, buffer.limit());
        Pattern.checkFile(path("f"), 0, 100);
    }

    @Test
    @Asserts({"JAF-buffer-gt-file", "JAF-buffer-lt-file", "JAF-write-basic", "JAF-write-zero", "URING-short-read"})
    void theShorterOfBufferAndFileDecides() throws IOException {
        AsyncFile file = newFile("f");

        assertEquals(0, answer(file.write(ByteBuffer.allocate(0), 0)));
        assertEquals(0, Files.size(path("f")));
        assertEquals(1024, answer(file.write(Pattern.direct(1024, 0, 0), 0)));
        ByteBuffer larger = ByteBuffer.allocateDirect(4096);
        ByteBuffer smaller = ByteBuffer.allocate(512);

        assertEquals(1024, answer(file.read(larger, 0)));
        assertEquals(512, answer(file.read(smaller, 0)));
        assertEquals(512, answer(file.read(larger, 512)));

        Pattern.check(smaller, 0, 0);
        Pattern.check(larger.limit(512), 0, 512);
        Pattern.checkFile(path("f"), 0, 1024);
    }

    @ParameterizedTest
    @EnumSource(names = {"HEAP", "DIRECT_SLICE"})
    void aReadOnlyBufferIsWrittenFromButNeverReadInto(BufferKind kind) throws IOException {
        AsyncFile file = newFile("f");
        ByteBuffer readOnly = Pattern.fill(kind.make(100), 0, 0).asReadOnlyBuffer();

        assertEquals(100, answer(file.write(readOnly, 0)));
        assertEquals(100, writeAndWait(block(file, readOnly, 100)));
        expectFailure(Errno.EINVAL, file.read(readOnly, 0));
        expectErrno(Errno.EINVAL, () -> io().read(block(file, readOnly, 0)));

        Pattern.check(readOnly, 0, 0);
    }

    @Test
    void oneBufferMayServeManyWritesAtATime() throws IOException {
        AsyncFile file = newFile("f");
        ByteBuffer buffer = Pattern.direct(64, 3, 0);
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            writes.add(file.write(buffer, 64L * i));
        }

        for (Request<Long> write : writes) {
            assertEquals(64, answer(write));
        }

        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path("f")));
        assertEquals(6400, content.remaining());
        for (int i = 0; i < 100; i++) {
            Pattern.check(content.slice(64 * i, 64), 3, 0);
        }
    }

    @Test
    void oneBufferMayServeTwoReadsAtATimeAndThenHoldsBytesOfEither() throws IOException {
        AsyncFile file = open(fileOf("f", 8192), READ);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
        Hold hold = hold(TransferKind.READ);
        Request<Long> first = file.read(buffer, 0);
        Request<Long> second = file.read(buffer, 4096);
        hold.awaitHeld(2);

        hold.release();

        assertEquals(4096, answer(first));
        assertEquals(4096, answer(second));
        for (int i = 0; i < 4096; i++) {
            byte found = buffer.get(i);
            assertTrue(found == Pattern.at(0, i) || found == Pattern.at(0, 4096L + i), "position=" + i);
        }
    }

    @Test
    void theHalvesOfOneBufferMayBeReadAndWrittenAtATime() throws IOException {
        AsyncFile file = open(fileOf("f", 4096), READ, WRITE);
        ByteBuffer buffer = Pattern.direct(8192, 0, 0);
        Request<Long> read = file.read(buffer.duplicate().limit(4096), 0);
        Request<Long> write = file.write(buffer.duplicate().position(4096), 4096);

        assertEquals(4096, answer(read));
        assertEquals(4096, answer(write));

        Pattern.check(buffer, 0, 0);
        Pattern.checkFile(path("f"), 0, 8192);
    }

    @ParameterizedTest
    @EnumSource(names = {"HEAP", "DIRECT"})
    void aBufferThatOnlyItsRequestKnowsIsThereUntilTheEnd(BufferKind kind) throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        List<Request<Long>> writes = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            writes.add(file.write(Pattern.fill(kind.make(65_536), 0, 65_536L * i), 65_536L * i));
        }

        System.gc();
        for (int i = 0; i < 16; i++) {
            Pattern.fill(kind.make(65_536), 9, 0);
        }
        hold.release();

        for (Request<Long> write : writes) {
            assertEquals(65_536, answer(write));
        }
        Pattern.checkFile(path("f"), 0, 16 * 65_536);
    }

    @Test
    void aRequestNobodyRefersToEndsNevertheless() throws IOException {
        AsyncFile file = newFile("f");
        Hold hold = hold(TransferKind.WRITE);
        for (int i = 0; i < 16; i++) {
            file.write(Pattern.direct(512, 0, 512L * i), 512L * i);
        }

        System.gc();
        hold.release();

        answer(file.sync(SyncMode.DATA));
        Pattern.checkFile(path("f"), 0, 16 * 512);
    }

    /** What is mapped is not there any more; what a request makes of that, the others do not notice. */
    @ParameterizedTest
    @EnumSource(
            value = TransferKind.class,
            names = {"READ", "WRITE"})
    void aMappedBufferWhoseFileWasCutEndsItsRequestShortOrWithEFAULTAndNobodyElses(TransferKind kind)
            throws IOException {
        AsyncFile file = open(fileOf("f", 65_536), READ, WRITE);
        try (FileChannel mapped = FileChannel.open(fileOf("mapped", 65_536), READ, WRITE)) {
            MappedByteBuffer gone = mapped.map(MapMode.READ_WRITE, 0, 65_536);
            mapped.truncate(4096);
            List<Request<Long>> others = new ArrayList<>();

            Request<Long> request = kind == TransferKind.READ ? file.read(gone, 0) : file.write(gone, 65_536);
            for (int i = 0; i < 16; i++) {
                others.add(file.read(ByteBuffer.allocate(512), 512L * i));
            }

            try {
                assertTrue(answer(request) <= 4096);
            } catch (AioException e) {
                assertEquals(Errno.EFAULT, e.errno());
            }
            for (Request<Long> other : others) {
                assertEquals(512, answer(other));
            }
        }
    }

    @Test
    void aMappedBufferIsMovedAsAnyOther() throws IOException {
        AsyncFile file = newFile("f");
        fileOf("source", 10_000);
        fileOf("target", 10_000);
        try (FileChannel source = FileChannel.open(path("source"), READ);
                FileChannel target = FileChannel.open(path("target"), READ, WRITE)) {
            MappedByteBuffer from = source.map(MapMode.READ_ONLY, 0, 10_000);
            MappedByteBuffer to = target.map(MapMode.READ_WRITE, 0, 10_000);

            assertEquals(9_999, answer(file.write(from.position(1), 0)));
            assertEquals(9_999, answer(file.read(to, 0)));

            Pattern.check(to.limit(9_999), 0, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HEAP", "DIRECT"})
    void aLargeBufferIsMovedInOneRequest(BufferKind kind) throws IOException {
        int bytes = 24 << 20;
        AsyncFile file = newFile("f");
        ByteBuffer buffer = kind.make(bytes);
        for (int i = 0; i < bytes; i += 4096) {
            buffer.putInt(i, i);
        }

        assertEquals(bytes, answer(file.writeFully(buffer, 0)));
        buffer.clear().put(bytes - 4096, (byte) 1).put(0, (byte) 1);
        assertEquals(bytes, answer(file.readFully(buffer, 0)));

        for (int i = 0; i < bytes; i += 4096) {
            assertEquals(i, buffer.getInt(i));
        }
    }

    @Test
    @Asserts("FBSD-aio_large_read-a")
    void theLargestBufferIsReadIntoAtTheEndOfTheFileWithZero() throws IOException {
        AsyncFile file = newFile("f");
        try (FileChannel sparse = FileChannel.open(fileOf("sparse", 1), READ, WRITE)) {
            ByteBuffer huge = sparse.map(MapMode.READ_WRITE, 0, Integer.MAX_VALUE);

            assertEquals(0, answer(file.read(huge, 0)));
            assertEquals(0, readAndWait(block(file, huge, 1L << 40)));
            answer(file.write(Pattern.heap(10, 0, 0), 0));
            assertEquals(10, answer(file.read(huge, 0)));

            Pattern.check(huge.limit(10), 0, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, Integer.MAX_VALUE, 1L << 31, Long.MAX_VALUE})
    @Asserts("FBSD-aio_large_read-a")
    void aLengthBeyondTheBufferIsEINVALAtTheCall(long length) throws IOException {
        AsyncFile file = open(fileOf("f", 100), READ, WRITE);

        expectErrno(
                Errno.EINVAL,
                () -> io().read(block(file, ByteBuffer.allocate(10), 0).length(length)));
        expectErrno(
                Errno.EINVAL,
                () -> io().write(block(file, ByteBuffer.allocateDirect(10), 0).length(length)));

        Pattern.checkFile(path("f"), 0, 100);
    }
}
