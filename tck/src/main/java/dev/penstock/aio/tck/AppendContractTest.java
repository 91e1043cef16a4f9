package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes to a file opened with APPEND: at the end, in the order of their starts, whatever the provider does. */
class AppendContractTest extends AppendTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE})
    void theOffsetIsIgnoredWhateverItIs(long offset) throws IOException {
        fileOf("f", 100);
        AsyncFile file = open(path("f"), APPEND);

        assertEquals(50, writeAndWait(next(file, 50, 100).offset(offset)));
        ControlBlock second = next(file, 50, 150).offset(offset);
        assertEquals(50, writeAndWait(second));

        assertEquals(offset, second.offset());
        Pattern.checkFile(path("f"), 0, 200);
    }

    @Test
    void appendsLandInTheOrderOfTheirStartsWhateverTheirPriorities() throws IOException {
        AsyncFile file = appending("f");

        int bytes = succeed(startMany(file, 100));

        Pattern.checkFile(path("f"), 0, bytes);
    }

    @Test
    void eachThreadsAppendsKeepTheirOrder() throws IOException {
        AsyncFile file = appending("f");
        List<Future<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            byte name = (byte) t;
            threads.add(background(() -> {
                List<ControlBlock> blocks = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    ByteBuffer record =
                            ByteBuffer.allocate(5).put(name).putInt(i).flip();
                    ControlBlock block = io().controlBlock().file(file).buffer(record);
                    io().write(block);
                    blocks.add(block);
                }
                succeed(blocks);
                return null;
            }));
        }
        threads.forEach(Bounded::get);

        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path("f")));
        assertEquals(4 * 100 * 5, content.remaining());
        int[] expected = new int[4];
        while (content.hasRemaining()) {
            int thread = content.get();
            assertEquals(expected[thread]++, content.getInt());
        }
    }

    @Test
    void appendsOfOneListAllLandWhole() throws IOException {
        AsyncFile file = appending("f");
        ControlBlock[] blocks = new ControlBlock[10];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = next(file, 100, i * 100).opcode(Opcode.WRITE);
        }

        io().list(ListMode.WAIT, blocks, SigEvent.none());

        byte[] content = Files.readAllBytes(path("f"));
        assertEquals(1000, content.length);
        Set<ByteBuffer> landed = new HashSet<>();
        Set<ByteBuffer> started = new HashSet<>();
        for (int i = 0; i < blocks.length; i++) {
            landed.add(ByteBuffer.wrap(content, i * 100, 100).slice());
            started.add(Pattern.heap(100, 0, i * 100L));
        }
        assertEquals(started, landed);
    }

    @Test
    void aVectoredAppendIsOnePiece() throws IOException {
        AsyncFile file = appending("f");
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int position = i * 300;
            ControlBlock block = io().controlBlock()
                    .file(file)
                    .buffers(
                            Pattern.heap(100, 0, position),
                            Pattern.direct(150, 0, position + 100),
                            Pattern.heap(50, 0, position + 250));
            io().write(block);
            blocks.add(block);
        }

        assertEquals(6000, succeed(blocks));

        Pattern.checkFile(path("f"), 0, 6000);
    }

    @Test
    void appendsByTwoHandlesAllLand() throws IOException {
        AsyncFile first = appending("f");
        AsyncFile second = open(path("f"), APPEND);
        List<ControlBlock> blocks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            for (AsyncFile file : List.of(first, second)) {
                ByteBuffer record = ByteBuffer.allocate(5).put((byte) (file == first ? 0 : 1));
                ControlBlock block =
                        io().controlBlock().file(file).buffer(record.putInt(i).flip());
                io().write(block);
                blocks.add(block);
            }
        }
        assertEquals(500, succeed(blocks));

        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path("f")));
        int[] expected = new int[2];
        while (content.hasRemaining()) {
            int handle = content.get();
            assertEquals(expected[handle]++, content.getInt());
        }
        assertEquals(50, expected[0]);
        assertEquals(50, expected[1]);
    }

    @Test
    void aFileForReadingAndAppendingReadsWhereItIsToldOrIsRefused() throws IOException {
        fileOf("f", 100);
        assumeCapability("READ_APPEND", path("f"), READ, APPEND);
        AsyncFile file = open(path("f"), READ, APPEND);
        ByteBuffer back = ByteBuffer.allocate(100);

        assertEquals(50, writeAndWait(next(file, 50, 100).offset(3)));
        assertEquals(100, readAndWait(block(file, back, 10)));
        expectErrno(Errno.EINVAL, () -> io().read(block(file, back, -1)));

        Pattern.check(back, 0, 10);
        Pattern.checkFile(path("f"), 0, 150);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Asserts({"LTPK-aiodio_append", "LTPK-dio_append"})
    void readersThatFollowAppendsOfZerosNeverSeeAnythingElse(boolean direct) throws IOException {
        int length = 64 * 1024;
        int count = 256;
        int atATime = 16;
        AsyncFile file = direct ? openDirect(path("f"), APPEND, CREATE) : appending("f");
        AsyncFile reading = open(path("f"), READ);
        List<Future<Long>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            readers.add(background(() -> followZeros(reading, (long) length * count)));
        }

        try (Lease zeros = io().lease(length)) {
            for (int i = 0; i < count; i += atATime) {
                List<ControlBlock> batch = new ArrayList<>();
                for (int j = 0; j < atATime; j++) {
                    ControlBlock block = io().controlBlock().file(file).buffer(zeros.buffer());
                    io().write(block);
                    batch.add(block);
                }
                succeed(batch);
            }
        }

        for (Future<Long> reader : readers) {
            assertEquals((long) length * count, Bounded.get(reader));
        }
    }

    private long followZeros(AsyncFile file, long end) throws AioException {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        ByteBuffer zeros = ByteBuffer.allocate(64 * 1024);
        long position = 0;
        while (position < end) {
            int found = (int) readAndWait(block(file, buffer, position));
            assertEquals(zeros.slice(0, found), buffer.slice(0, found));
            position += found;
        }
        return position;
    }
}
