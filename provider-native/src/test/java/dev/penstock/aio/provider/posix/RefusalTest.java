package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What glibc accepts without complaint, or answers with nonsense. */
class RefusalTest extends NativeTest {
    private AsyncFile file;
    private ControlBlock block;

    @BeforeEach
    void open() throws Exception {
        file = open(fileOf("f", 4_096), READ, WRITE);
        block = block(file, 512, 0);
    }

    private static Errno refusal(ThrowingCallable call) {
        AioException refusal = catchThrowableOfType(AioException.class, call);
        assertThat(refusal).isNotNull();
        return refusal.errno();
    }

    @Test
    void theSameBlockTwiceIsEBUSYAndTheFirstIsUntouched() throws Exception {
        try (HeldWorkers held = HeldWorkers.hold()) {
            io().read(block);
            flush(block);

            assertThat(refusal(() -> io().read(block))).isEqualTo(Errno.EBUSY);
            assertThat(refusal(() -> io().write(block))).isEqualTo(Errno.EBUSY);
            assertThat(refusal(() -> io().sync(SyncMode.FULL, block))).isEqualTo(Errno.EBUSY);

            assertThat(io().error(block)).isEqualTo(Errno.EINPROGRESS);
            held.release();
        }
        assertThat(success(block)).isEqualTo(512);
    }

    @Test
    void theSameBlockTwiceInAListIsEBUSYAndNothingIsStarted() throws Exception {
        ControlBlock other = block(file, 512, 512).opcode(Opcode.READ);
        ControlBlock[] list = {other, block.opcode(Opcode.READ), block};

        assertThat(refusal(() -> io().list(ListMode.NOWAIT, list, SigEvent.none())))
                .isEqualTo(Errno.EBUSY);

        assertThat(refusal(() -> io().error(other))).isEqualTo(Errno.EINVAL);
        assertThat(refusal(() -> io().error(block))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aSyncOfAFileThatIsOnlyReadIsEBADF() throws Exception {
        ControlBlock sync = io().controlBlock().file(open(path("f"), READ));

        assertThat(refusal(() -> io().sync(SyncMode.FULL, sync))).isEqualTo(Errno.EBADF);
        assertThat(refusal(() -> io().sync(SyncMode.DATA, sync))).isEqualTo(Errno.EBADF);
    }

    @Test
    void aListThatIsTooLongIsEINVALAndNothingIsStarted() throws Exception {
        ControlBlock[] list = blocks(file, io().limits().maxListEntries() + 1, 1);
        for (ControlBlock each : list) {
            each.opcode(Opcode.READ);
        }

        assertThat(refusal(() -> io().list(ListMode.WAIT, list, SigEvent.none())))
                .isEqualTo(Errno.EINVAL);

        assertThat(refusal(() -> io().error(list[0]))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aSecondResultIsEINVAL() throws Exception {
        io().read(block);
        assertThat(success(block)).isEqualTo(512);

        assertThat(refusal(() -> io().result(block))).isEqualTo(Errno.EINVAL);
        assertThat(refusal(() -> io().error(block))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aBlockThatWasNeverSubmittedIsEINVAL() {
        assertThat(refusal(() -> io().error(block))).isEqualTo(Errno.EINVAL);
        assertThat(refusal(() -> io().result(block))).isEqualTo(Errno.EINVAL);
        assertThat(refusal(() -> io().cancel(block))).isEqualTo(Errno.EINVAL);
        assertThat(refusal(() -> io().suspend(new ControlBlock[] {block}))).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aResultWhileTheRequestRunsIsEINPROGRESSAndTheBlockStaysGood() throws Exception {
        try (HeldWorkers held = HeldWorkers.hold()) {
            io().read(block);

            assertThat(refusal(() -> io().result(block))).isEqualTo(Errno.EINPROGRESS);

            held.release();
        }
        assertThat(success(block)).isEqualTo(512);
    }

    /** Of the system it would be EINVAL without a word. */
    @Test
    void aMisalignedRequestOfADirectFileIsEINVALThatNamesWhatIsMisaligned() throws Exception {
        AsyncFile direct = open(path("f"), READ, WRITE, FileOption.DIRECT);
        int alignment = direct.alignmentBytes();
        assertThat(alignment).isGreaterThan(1);
        ByteBuffer memory = ByteBuffer.allocateDirect(3 * alignment).alignedSlice(alignment);
        ControlBlock misaligned = io().controlBlock().file(direct);

        misaligned.buffer(memory.duplicate().limit(alignment)).offset(1);
        assertMisaligned(misaligned, "offset");
        misaligned.buffer(memory.duplicate().limit(alignment - 1)).offset(0);
        assertMisaligned(misaligned, "length");
        misaligned.buffer(memory.duplicate().position(1).limit(alignment + 1));
        assertMisaligned(misaligned, "address");
    }

    private void assertMisaligned(ControlBlock misaligned, String what) {
        AioException refusal = catchThrowableOfType(AioException.class, () -> io().read(misaligned));
        assertThat(refusal.errno()).isEqualTo(Errno.EINVAL);
        assertThat(refusal).hasMessageContaining(what);
    }
}
