package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;

/** Finds out whether blocks are really moved: each is to hold the {@link Pattern} of its place. */
public final class ContentCheck {
    /** How many blocks are looked at, or some more. */
    private static final int BLOCKS = 300;

    private final Set<Long> written = new TreeSet<>();
    private int inspected;

    /**
     * Runs a loop for some blocks, with a look at each.
     *
     * @param file what the loop works on
     * @throws IOException if a block is not what it should be
     */
    public static void run(Loop loop, Work work, Path file) throws Exception {
        ContentCheck check = new ContentCheck();
        loop.check(check);
        loop.fill();
        int ended = 0;
        do {
            ended += loop.step();
        } while (ended + work.depth() < BLOCKS);
        loop.drain();
        loop.check(null);
        check.readBack(file, work.blockBytes());
        if (check.inspected == 0) {
            throw new IOException("no block was moved");
        }
    }

    void prepare(Slot slot) {
        Pattern.fill(slot.buffer(), slot.offset, slot.buffer().capacity());
        written.add(slot.offset);
    }

    void inspect(Slot slot) throws IOException {
        inspect(slot.buffer(), slot.offset);
    }

    /** Looks at one block that stands between 0 and the capacity of a buffer. */
    void inspect(ByteBuffer block, long offset) throws IOException {
        if (!Pattern.holds(block, offset)) {
            throw new IOException("the block at offset=" + offset + " does not hold what belongs there");
        }
        inspected++;
    }

    private void readBack(Path file, int blockBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer block = ByteBuffer.allocate(blockBytes);
            for (long offset : written) {
                channel.read(block.clear(), offset);
                inspect(block, offset);
            }
        }
    }
}
