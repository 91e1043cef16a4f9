package dev.penstock.aio.provider.nio;

import static dev.penstock.aio.provider.nio.Rig.bytes;
import static dev.penstock.aio.provider.nio.Rig.text;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BytesTest {
    @TempDir
    Path folder;

    private Path path;
    private Rig rig;

    @BeforeEach
    void start() throws IOException {
        path = Files.writeString(folder.resolve("f"), "0123456789");
        rig = Rig.ofThreads(2);
    }

    @AfterEach
    void stop() throws AioException {
        rig.close();
    }

    private long result(TestTransfer transfer) {
        Outcome outcome = rig.run(transfer);
        assertThat(outcome.text()).isNull();
        return outcome.result();
    }

    @Test
    void aReadMovesBytesFromItsOffset() throws AioException {
        ByteBuffer into = ByteBuffer.allocateDirect(4);

        assertThat(result(TestTransfer.read(rig.open(path, READ), 3, into))).isEqualTo(4);

        assertThat(text(into)).isEqualTo("3456");
    }

    @Test
    void aReadAcrossTheEndIsShortAndOneAtTheEndIsZero() throws AioException {
        NioFile file = rig.open(path, READ);

        assertThat(result(TestTransfer.read(file, 8, ByteBuffer.allocateDirect(4))))
                .isEqualTo(2);
        assertThat(result(TestTransfer.read(file, 10, ByteBuffer.allocateDirect(4))))
                .isZero();
        assertThat(result(TestTransfer.read(file, 1L << 40, ByteBuffer.allocate(4))))
                .isZero();
    }

    @Test
    void aWriteMovesBytesToItsOffset() throws IOException {
        assertThat(result(TestTransfer.write(rig.open(path, READ, WRITE), 2, bytes("abc"))))
                .isEqualTo(3);

        assertThat(path).hasContent("01abc56789");
    }

    @Test
    void onlyWhatLiesBetweenPositionAndLimitIsMoved() throws IOException {
        ByteBuffer from = bytes("abcdef").position(2).limit(4);

        assertThat(result(TestTransfer.write(rig.open(path, WRITE), 0, from))).isEqualTo(2);

        assertThat(path).hasContent("cd23456789");
        assertThat(from.limit()).isEqualTo(4);
    }

    @Test
    void buffersAreFilledInOrderUpToAShortOne() throws AioException {
        ByteBuffer first = ByteBuffer.allocateDirect(3);
        ByteBuffer empty = ByteBuffer.allocateDirect(0);
        ByteBuffer second = ByteBuffer.allocate(5);
        ByteBuffer third = ByteBuffer.allocateDirect(4);
        ByteBuffer fourth = ByteBuffer.allocateDirect(4);

        long result = result(TestTransfer.read(rig.open(path, READ), 0, first, empty, second, third, fourth));

        assertThat(result).isEqualTo(10);
        assertThat(text(first)).isEqualTo("012");
        assertThat(text(second)).isEqualTo("34567");
        assertThat(text(third)).isEqualTo("89");
        assertThat(text(fourth)).isEmpty();
    }

    @Test
    void buffersAreWrittenInOrder() throws IOException {
        NioFile file = rig.open(path, WRITE);

        long result = result(TestTransfer.write(file, 1, bytes("ab"), ByteBuffer.wrap(new byte[] {'c'}), bytes("de")));

        assertThat(result).isEqualTo(5);
        assertThat(path).hasContent("0abcde6789");
    }

    @Test
    void aHeapBufferOfManyPiecesIsMovedWhole() throws IOException {
        byte[] content = new byte[5 * Bytes.HEAP_PIECE_BYTES + 17];
        new Random(1).nextBytes(content);
        NioFile file = rig.open(folder.resolve("big"), READ, WRITE, CREATE);

        assertThat(result(TestTransfer.write(file, 3, ByteBuffer.wrap(content))))
                .isEqualTo(content.length);

        ByteBuffer back = ByteBuffer.allocate(content.length + 100);
        assertThat(result(TestTransfer.read(file, 3, back))).isEqualTo(content.length);
        assertThat(back.flip()).isEqualTo(ByteBuffer.wrap(content));
    }

    @Test
    void appendsGoToTheEndWhateverTheirOffset() throws IOException {
        NioFile file = rig.open(path, APPEND);

        assertThat(result(TestTransfer.write(file, 0, bytes("a")))).isEqualTo(1);
        assertThat(result(TestTransfer.write(file, 5, bytes("b"), bytes("cd")))).isEqualTo(3);
        assertThat(result(TestTransfer.write(file, 1L << 50, bytes("e"), ByteBuffer.wrap(new byte[] {'f'}))))
                .isEqualTo(2);

        assertThat(path).hasContent("0123456789abcdef");
    }

    @Test
    void aFileOpenToReadAndAppendDoesBoth() throws IOException {
        NioFile file = rig.open(path, READ, APPEND);
        ByteBuffer into = ByteBuffer.allocateDirect(20);

        assertThat(result(TestTransfer.write(file, 0, bytes("ab")))).isEqualTo(2);
        assertThat(result(TestTransfer.read(file, 8, into))).isEqualTo(4);

        assertThat(text(into)).isEqualTo("89ab");
        assertThat(result(TestTransfer.of(TransferKind.SYNC, file))).isZero();
        assertThat(result(TestTransfer.of(TransferKind.SIZE, file))).isEqualTo(12);
        assertThat(result(new TestTransfer(TransferKind.TRUNCATE, file, 1))).isZero();
        assertThat(result(TestTransfer.write(file, 0, bytes("c")))).isEqualTo(1);
        assertThat(path).hasContent("0c");
    }

    @Test
    void syncsAnswerZero() throws AioException {
        NioFile file = rig.open(path, WRITE);

        assertThat(result(TestTransfer.of(TransferKind.SYNC, file))).isZero();
        assertThat(result(TestTransfer.of(TransferKind.DATA_SYNC, file))).isZero();
    }

    @Test
    void truncateCutsAndDoesNotGrow() throws AioException {
        NioFile file = rig.open(path, READ, WRITE);

        assertThat(result(new TestTransfer(TransferKind.TRUNCATE, file, 100))).isZero();
        assertThat(result(TestTransfer.of(TransferKind.SIZE, file))).isEqualTo(10);
        assertThat(result(new TestTransfer(TransferKind.TRUNCATE, file, 4))).isZero();
        assertThat(result(TestTransfer.of(TransferKind.SIZE, file))).isEqualTo(4);
    }

    @Test
    void anErrorAfterTheFirstBytesIsToldWithTheNextTransfer() throws AioException {
        NioFile file = rig.open(path, WRITE);
        TestArena arena = TestArena.shared();
        ByteBuffer gone = arena.allocate(4);
        arena.close();

        assertThat(result(TestTransfer.write(file, 0, bytes("ab"), gone))).isEqualTo(2);
        assertThat(rig.run(TestTransfer.write(file, 2, gone)).result()).isNegative();
    }

    private static ByteBuffer[] twoPieces() {
        return new ByteBuffer[] {ByteBuffer.allocate(10), ByteBuffer.allocate(10)};
    }

    /** Else the second piece, which is in the file, would be appended again, and what another write lost told to nobody. */
    @Test
    void whatAWriteThroughToStorageLosesAfterItsFirstPieceIsTold() throws Exception {
        NioFile file = rig.open(path, WRITE, DSYNC);

        assertThatThrownBy(() -> Bytes.transfer(new LosingChannel(), TestTransfer.write(file, 0, twoPieces())))
                .hasMessage("Input/output error");
        assertThatThrownBy(() -> Bytes.append(new LosingChannel(), TestTransfer.write(file, 0, twoPieces()), null))
                .hasMessage("Input/output error");
        file.close();
    }

    @Test
    void whatAnotherWriteLosesAfterItsFirstPieceComesWithTheNextOne() throws Exception {
        NioFile file = rig.open(path, WRITE);

        assertThat(Bytes.transfer(new LosingChannel(), TestTransfer.write(file, 0, twoPieces())))
                .isEqualTo(10);
        file.close();
    }
}
