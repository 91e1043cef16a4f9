package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.tck.Pattern;
import dev.penstock.aio.tck.system.Needs;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** It is glibc's own threads that read, write and sync, and no thread of Java. */
class WhoMovesTheBytesTest extends NativeTest {
    private static final int BLOCKS = 64;
    private static final int BYTES = 4_096;
    /** What the test itself moves when it looks at the accounts, and more. */
    private static final long SMALL = 64_000;

    /** Whatever else could move them is free to. */
    @Test
    void whileAllThreadsOfGlibcAreBusyNothingIsMoved() throws Exception {
        Path path = fileOf("f", BYTES);
        AsyncFile file = open(path, READ, WRITE);
        ByteBuffer target = ByteBuffer.allocateDirect(BYTES);
        ControlBlock read = io().controlBlock().file(file).buffer(target);
        ControlBlock write = io().controlBlock()
                .file(file)
                .buffer(Pattern.direct(BYTES, 0, BYTES))
                .offset(BYTES);
        ControlBlock sync = io().controlBlock().file(newFile("synced"));
        ControlBlock[] all = {read, write, sync};
        try (HeldWorkers held = HeldWorkers.hold()) {
            io().read(read);
            io().write(write);
            io().sync(SyncMode.FULL, sync);

            assertThat(io().suspend(all, Duration.ofMillis(200))).isFalse();

            for (ControlBlock each : all) {
                assertThat(io().error(each)).isEqualTo(Errno.EINPROGRESS);
            }
            assertThat(path).hasSize(BYTES);
            assertThat(target.mismatch(ByteBuffer.allocate(BYTES))).isEqualTo(-1);
            try (FileChannel channel = FileChannel.open(path, READ)) {
                assertThat(channel.read(ByteBuffer.allocateDirect(BYTES), 0)).isEqualTo(BYTES);
            }
            held.release();
        }
        assertThat(success(read)).isEqualTo(BYTES);
        assertThat(success(write)).isEqualTo(BYTES);
        assertThat(success(sync)).isZero();
        Pattern.check(target, 0, 0);
        Pattern.checkFile(path, 0, 2 * BYTES);
    }

    /** By the kernel's own accounts of each thread, or its answers to each thread where it keeps none. */
    @Test
    void theKernelMovedAllBytesForThreadsThatAreNotJavas() throws Exception {
        if (ForeignThreads.areAccounted()) {
            movedByTheAccounts();
        } else {
            Needs.command("strace");
            assertMovedByTheCalls(directory);
        }
    }

    /** The account of the process has also what threads moved that have ended since, as glibc's soon do. */
    private void movedByTheAccounts() throws Exception {
        ControlBlock[] blocks = blocks(newFile("f"), BLOCKS, BYTES);
        writeAndReadBack(blocks);
        Set<Long> java = ForeignThreads.ofTheJvm();
        long javaBefore = moved(java);
        long allBefore = ForeignThreads.counted("rchar") + ForeignThreads.counted("wchar");

        writeAndReadBack(blocks);

        long byAll = ForeignThreads.counted("rchar") + ForeignThreads.counted("wchar") - allBefore;
        long byJava = moved(java) - javaBefore;
        assertThat(byJava).isBetween(0L, SMALL);
        assertThat(byAll - byJava).isBetween(2L * BLOCKS * BYTES - SMALL, 2L * BLOCKS * BYTES + SMALL);
    }

    private void writeAndReadBack(ControlBlock[] blocks) throws Exception {
        for (ControlBlock block : blocks) {
            io().write(block);
        }
        for (ControlBlock block : blocks) {
            assertThat(success(block)).isEqualTo(BYTES);
            io().read(block);
        }
        for (ControlBlock block : blocks) {
            assertThat(success(block)).isEqualTo(BYTES);
        }
    }

    private static long moved(Set<Long> threads) {
        return ForeignThreads.counted(threads, "rchar") + ForeignThreads.counted(threads, "wchar");
    }

    /** One process of its own, and strace tells which of its threads made which call. */
    static void assertMovedByTheCalls(Path folder) throws Exception {
        Trace trace = new Trace(folder, folder.resolve("f"));

        String output = trace.run(ChildMain.class, "move", Integer.toString(BLOCKS));

        Set<Long> java = new TreeSet<>();
        output.lines().filter(line -> line.startsWith("java=")).forEach(line -> {
            for (String tid : line.substring("java=".length()).split(",")) {
                java.add(Long.valueOf(tid));
            }
        });
        assertThat(java).hasSizeGreaterThan(5);
        assertThat(trace.bytes("pwrite64", tid -> !java.contains(tid))).isEqualTo((long) BLOCKS * BYTES);
        assertThat(trace.bytes("pread64", tid -> !java.contains(tid))).isEqualTo((long) BLOCKS * BYTES);
        assertThat(trace.lines().filter(line -> java.contains(Trace.tid(line)))).isEmpty();
    }
}
