package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that a kernel may not be given, on a lane that pins what it starts: copied, bounded, and always given back. */
class PinTest extends EngineTest {
    private static final int PAGE = LeasePool.PAGE_BYTES;
    private static final int BYTES = 100;

    /** What users describe their memory by. */
    enum Memory {
        HEAP,
        DIRECT,
        READ_ONLY,
        VECTORED;

        /** Buffers that hold these bytes between other ones. */
        ByteBuffer[] of(byte[] content) {
            return switch (this) {
                case HEAP -> new ByteBuffer[] {within(ByteBuffer.allocate(content.length + 20), content)};
                case DIRECT -> new ByteBuffer[] {within(ByteBuffer.allocateDirect(content.length + 20), content)};
                case READ_ONLY ->
                    new ByteBuffer[] {
                        within(ByteBuffer.allocate(content.length + 20), content)
                                .asReadOnlyBuffer()
                    };
                case VECTORED ->
                    new ByteBuffer[] {
                        within(ByteBuffer.allocate(30), Arrays.copyOfRange(content, 0, 10)),
                        ByteBuffer.allocate(0),
                        within(
                                ByteBuffer.allocateDirect(content.length + 10),
                                Arrays.copyOfRange(content, 10, content.length))
                    };
            };
        }

        private static ByteBuffer within(ByteBuffer buffer, byte[] content) {
            return buffer.position(7).put(content).flip().position(7);
        }
    }

    @BeforeEach
    void pin() {
        provider.pins = true;
    }

    private static byte[] pattern(int bytes) {
        byte[] pattern = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            pattern[i] = (byte) (i * 7 + 1);
        }
        return pattern;
    }

    private static byte[] bytes(ByteBuffer... buffers) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(buffers).mapToInt(ByteBuffer::remaining).sum());
        for (ByteBuffer buffer : buffers) {
            all.put(buffer.duplicate());
        }
        return all.array();
    }

    private Copies copies() {
        return ((Consumer) io()).engine().copies();
    }

    private ScriptedLane.Entry theHeldOne() {
        await("it runs", () -> provider.lane().held().size() == 1);
        return provider.lane().held().get(0);
    }

    private void assertNothingIsLent() {
        await("every copy is given back", () -> copies().lentBytes() == 0);
    }

    // ---- what is copied

    @ParameterizedTest
    @EnumSource(Memory.class)
    void whatIsWrittenIsGatheredWhenTheLaneStartsIt(Memory memory) throws Exception {
        byte[] content = pattern(BYTES);
        ByteBuffer[] sources = memory.of(content);
        ControlBlock block = io().controlBlock().file(open()).buffers(sources);
        provider.holdAll();

        io().write(block);

        ScriptedLane.Entry entry = theHeldOne();
        assertThat(bytes(entry.memory())).isEqualTo(content);
        assertThat(entry.transfer.slab()).isNotNull();
        for (ByteBuffer source : sources) {
            if (!source.isReadOnly()) {
                source.put(source.position(), new byte[source.remaining()]);
            }
        }
        provider.release();
        assertThat(success(block)).isEqualTo(BYTES);
        assertThat(scripted().content()).isEqualTo(content);
        assertNothingIsLent();
    }

    @ParameterizedTest
    @EnumSource(
            value = Memory.class,
            names = {"HEAP", "DIRECT", "VECTORED"})
    void whatWasReadIsScatteredWhenItEnds(Memory memory) throws Exception {
        byte[] content = pattern(BYTES);
        ByteBuffer[] targets = memory.of(new byte[BYTES]);
        ControlBlock block = io().controlBlock().file(open()).buffers(targets);
        scripted().fill(content);
        provider.holdAll();

        io().read(block);

        theHeldOne();
        assertThat(bytes(targets)).isEqualTo(new byte[BYTES]);
        provider.release();
        assertThat(success(block)).isEqualTo(BYTES);
        assertThat(bytes(targets)).isEqualTo(content);
        for (ByteBuffer target : targets) {
            assertThat(bytes(target.duplicate().clear().limit(target.position())))
                    .isEqualTo(new byte[target.position()]);
            assertThat(bytes(target.duplicate().clear().position(target.limit())))
                    .isEqualTo(new byte[target.capacity() - target.limit()]);
        }
        assertNothingIsLent();
    }

    @Test
    void aShortReadScattersWhatCameAndNoMore() throws Exception {
        ByteBuffer target = ByteBuffer.allocate(10)
                .put(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9})
                .flip();
        ControlBlock block = io().controlBlock().file(open()).buffer(target);
        scripted().fill(new byte[] {1, 2, 3});

        io().read(block);

        assertThat(success(block)).isEqualTo(3);
        assertThat(target.array()).containsExactly(1, 2, 3, 9, 9, 9, 9, 9, 9, 9);
    }

    @Test
    void aLeaseIsNotCopied() throws Exception {
        byte[] content = pattern(BYTES);
        try (Lease lease = io().lease(PAGE)) {
            lease.buffer().put(content).flip();
            ControlBlock block = io().controlBlock().file(open()).lease(lease);
            provider.holdAll();

            io().write(block);

            Transfer transfer = theHeldOne().transfer;
            assertThat(transfer.slab()).isSameAs(((PooledLease) lease).slab());
            assertThat(transfer.slabOffset()).isEqualTo(((PooledLease) lease).slabOffset());
            assertThat(copies().lentBytes()).isZero();
            provider.release();
            assertThat(success(block)).isEqualTo(BYTES);
            assertThat(scripted().content()).isEqualTo(content);
        }
    }

    @Test
    void aTransferThatIsPinnedTwiceHasOneCopy() throws Exception {
        ControlBlock block = block(open(), BYTES, 0);
        provider.holdAll();
        io().write(block);

        assertThat(theHeldOne().transfer.pin()).isEqualTo(BYTES);

        provider.release();
        assertThat(success(block)).isEqualTo(BYTES);
        assertNothingIsLent();
    }

    // ---- the bound

    @Test
    void whatFindsNoRoomIsStartedWhenAnotherEnds() throws Exception {
        configure("max.copied.bytes", 2 * PAGE);
        AsyncFile file = open();
        ControlBlock[] blocks = {block(file, PAGE, 0), block(file, PAGE, PAGE), block(file, PAGE, 2 * PAGE)};
        provider.holdAll();
        for (ControlBlock block : blocks) {
            io().write(block);
        }
        ScriptedLane lane = provider.lane();
        await("two run", () -> lane.held().size() == 2);
        await("the third finds no room", () -> lane.unpinned() == 1);

        lane.release(lane.held().get(0), Script.Outcome.ALL);

        assertThat(success(blocks[0])).isEqualTo(PAGE);
        await("the third runs", () -> lane.held().size() == 2 && lane.unpinned() == 0);
        provider.release();
        assertThat(success(blocks[1])).isEqualTo(PAGE);
        assertThat(success(blocks[2])).isEqualTo(PAGE);
        assertNothingIsLent();
    }

    @Test
    void whatIsLargerThanTheBoundIsShort() throws Exception {
        configure("max.copied.bytes", PAGE);
        ControlBlock block = block(open(), 3 * PAGE, 0);

        io().write(block);

        assertThat(success(block)).isEqualTo(PAGE);
        assertNothingIsLent();
    }

    @Test
    void aFullTransferThatIsLargerThanTheBoundGoesPieceByPiece() throws Exception {
        configure("max.copied.bytes", PAGE);
        byte[] content = pattern(2 * PAGE + 10);
        ByteBuffer target = ByteBuffer.allocate(content.length);
        AsyncFile file = open();

        assertThat(file.writeFully(ByteBuffer.wrap(content), 0).await(Bounded.LIMIT))
                .isEqualTo(content.length);
        assertThat(file.readFully(target, 0).await(Bounded.LIMIT)).isEqualTo(content.length);

        assertThat(scripted().log())
                .startsWith("WRITE 0+4096", "WRITE 4096+4096", "WRITE 8192+10")
                .endsWith("READ 0+4096", "READ 4096+4096", "READ 8192+10");
        assertThat(target.array()).isEqualTo(content);
        assertNothingIsLent();
    }

    // ---- memory that goes away

    @Test
    void aWriteWhoseArenaIsClosedBeforeItStartsEndsWithEfault() throws Exception {
        Arena arena = Arena.open();
        AsyncFile file = open();
        ControlBlock block = io().controlBlock().file(file).buffer(arena.buffer(BYTES));
        AtomicBoolean once = new AtomicBoolean(true);
        provider.script(new Script() {
            @Override
            void flushing() {
                if (once.getAndSet(false)) {
                    arena.close();
                }
            }
        });

        io().write(block);

        assertThat(failure(block)).isEqualTo(Errno.EFAULT);
        assertThat(scripted().log()).isEmpty();
        assertNothingIsLent();
    }

    @Test
    void aReadWhoseArenaIsClosedWhileItRunsEndsWithEfault() throws Exception {
        Arena arena = Arena.open();
        AsyncFile file = open();
        scripted().fill(pattern(BYTES));
        ControlBlock block = io().controlBlock().file(file).buffer(arena.buffer(BYTES));
        provider.holdAll();
        io().read(block);
        theHeldOne();

        arena.close();
        provider.release();

        assertThat(failure(block)).isEqualTo(Errno.EFAULT);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertNothingIsLent();
    }

    @Test
    void aWriteWhoseArenaIsClosedWhileItRunsIsNotHurt() throws Exception {
        Arena arena = Arena.open();
        byte[] content = pattern(BYTES);
        ControlBlock block = io().controlBlock()
                .file(open())
                .buffer(arena.buffer(BYTES).put(content).flip());
        provider.holdAll();
        io().write(block);
        theHeldOne();

        arena.close();
        provider.release();

        assertThat(success(block)).isEqualTo(BYTES);
        assertThat(scripted().content()).isEqualTo(content);
    }

    // ---- again

    private Script firstEndsWith(int times, Script.Outcome outcome) {
        AtomicInteger left = new AtomicInteger(times);
        return new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                return left.getAndDecrement() > 0 ? outcome : Outcome.ALL;
            }
        };
    }

    @Test
    void aTransferThatIsHandedBackIsPinnedAnew() throws Exception {
        provider.script(firstEndsWith(2, Script.Outcome.HANDED_BACK));
        byte[] content = pattern(BYTES);
        ControlBlock block = io().controlBlock().file(open()).buffer(ByteBuffer.wrap(content));

        io().write(block);

        assertThat(success(block)).isEqualTo(BYTES);
        assertThat(provider.lane().pins()).isEqualTo(3);
        assertThat(scripted().content()).isEqualTo(content);
        assertNothingIsLent();
    }

    @Test
    void theRestOfAFullTransferIsPinnedAnew() throws Exception {
        byte[] content = pattern(10);
        ByteBuffer target = ByteBuffer.allocate(10);
        AsyncFile file = open();
        provider.script(new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                return Outcome.atMost(3);
            }
        });

        assertThat(file.writeFully(ByteBuffer.wrap(content), 0).await(Bounded.LIMIT))
                .isEqualTo(10);
        assertThat(provider.lane().pins()).isEqualTo(4);
        assertThat(file.readFully(target, 0).await(Bounded.LIMIT)).isEqualTo(10);

        assertThat(provider.lane().pins()).isEqualTo(8);
        assertThat(scripted().content()).isEqualTo(content);
        assertThat(target.array()).isEqualTo(content);
        assertNothingIsLent();
    }

    // ---- every end

    enum End {
        ALL(Errno.SUCCESS),
        SHORT(Errno.SUCCESS),
        NOTHING(Errno.SUCCESS),
        ERROR(Errno.ENOSPC),
        TEXT(Errno.UNKNOWN),
        FOR_EVER_HANDED_BACK(Errno.EIO),
        FOR_EVER_CANCELED(Errno.EIO);

        final Errno errno;

        End(Errno errno) {
            this.errno = errno;
        }

        Script.Outcome outcome() {
            return switch (this) {
                case ALL -> Script.Outcome.ALL;
                case SHORT -> Script.Outcome.atMost(1);
                case NOTHING -> Script.Outcome.atMost(0);
                case ERROR -> Script.Outcome.error(Errno.ENOSPC.number());
                case TEXT -> Script.Outcome.text("Der Hund war es");
                case FOR_EVER_HANDED_BACK -> Script.Outcome.HANDED_BACK;
                case FOR_EVER_CANCELED -> Script.Outcome.error(Errno.ECANCELED.number());
            };
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void aCopyIsGivenBackHoweverTheTransferEnds(End end) throws Exception {
        provider.script(firstEndsWith(Integer.MAX_VALUE, end.outcome()));
        AsyncFile file = open();
        scripted().fill(pattern(BYTES));
        ControlBlock write = block(file, BYTES, 0);
        ControlBlock read = block(file, BYTES, 0);

        io().write(write);
        io().read(read);

        assertThat(io().suspend(new ControlBlock[] {write}, Bounded.LIMIT)).isTrue();
        assertThat(io().suspend(new ControlBlock[] {read}, Bounded.LIMIT)).isTrue();
        assertThat(io().error(write)).isEqualTo(end.errno);
        assertThat(io().error(read)).isEqualTo(end.errno);
        assertNothingIsLent();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCopyIsGivenBackWhenTheLaneTakesTheTransferBackAndNotBefore(boolean takesBack) throws Exception {
        provider.script(new Script() {
            @Override
            boolean takesBack(Transfer transfer) {
                return takesBack;
            }
        });
        ControlBlock block = block(open(), BYTES, 0);
        provider.holdAll();
        io().write(block);
        theHeldOne();

        CancelResult answer = io().cancel(block);

        assertThat(answer).isEqualTo(takesBack ? CancelResult.CANCELED : CancelResult.NOT_CANCELED);
        assertThat(copies().lentBytes()).isEqualTo(takesBack ? 0 : PAGE);
        provider.release();
        assertNothingIsLent();
    }
}
