package dev.penstock.aio.provider.nio;

import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.spi.TransferKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Moves a transfer's bytes between its buffers and a channel, in order, until one call moves fewer than it was asked
 * to. An error after the first bytes is not told: the count is, and the error comes with the next transfer, as from
 * the system itself. But not of a write to a file that brings each one to storage: what could not be brought there is told
 * once, and that write's bytes are in the file, where an append would write them once more. An error that came before any of
 * them was written, for want of room perhaps, is told too: the two cannot be told apart.
 *
 * <p>The JDK has no positional scatter and gather, so each buffer is a call of its own.
 */
final class Bytes {
    /**
     * Heap buffers go through direct memory that the JDK keeps for each thread, as much as the largest call ever took.
     * Pieces bound it. They are multiples of any file store's block size, as DIRECT demands.
     */
    static final int HEAP_PIECE_BYTES = 256 * 1_024;

    /** The position of appends. */
    private static final long END_OF_FILE = -1;

    private Bytes() {}

    /** Reads or writes at the transfer's offset. */
    static long transfer(FileChannel channel, Transfer transfer) throws IOException {
        return each(channel, transfer, transfer.kind() == TransferKind.WRITE, transfer.offset());
    }

    /** Writes to the end of the file, in one call if all memory is direct. */
    static long append(FileChannel channel, Transfer transfer, Worker worker) throws IOException {
        int count = transfer.buffers();
        if (count == 1 || !isAllDirect(transfer)) {
            return each(channel, transfer, true, END_OF_FILE);
        }
        @Nullable ByteBuffer[] gathered = worker.gather(count);
        try {
            for (int i = 0; i < count; i++) {
                gathered[i] = transfer.buffer(i);
            }
            return channel.write(gathered, 0, count);
        } finally {
            worker.release();
        }
    }

    private static boolean isAllDirect(Transfer transfer) {
        for (int i = 0; i < transfer.buffers(); i++) {
            if (!transfer.buffer(i).isDirect()) {
                return false;
            }
        }
        return true;
    }

    private static long each(FileChannel channel, Transfer transfer, boolean writes, long offset) throws IOException {
        long total = 0;
        for (int i = 0; i < transfer.buffers(); i++) {
            ByteBuffer buffer = transfer.buffer(i);
            while (buffer.hasRemaining()) {
                int asked = piece(buffer);
                int moved;
                try {
                    moved = move(channel, buffer, asked, writes, offset == END_OF_FILE ? offset : offset + total);
                } catch (ClosedChannelException e) {
                    throw e;
                } catch (IOException | RuntimeException | OutOfMemoryError e) {
                    boolean lost = e instanceof IOException && writes && isSynchronous(transfer);
                    if (total == 0 || lost) {
                        throw e;
                    }
                    return total;
                }
                total += Math.max(0, moved);
                if (moved < asked) {
                    return total;
                }
            }
        }
        return total;
    }

    private static boolean isSynchronous(Transfer transfer) {
        return ((NioFile) transfer.file()).isSynchronous();
    }

    private static int piece(ByteBuffer buffer) {
        return buffer.isDirect() ? buffer.remaining() : Math.min(buffer.remaining(), HEAP_PIECE_BYTES);
    }

    private static int move(FileChannel channel, ByteBuffer buffer, int bytes, boolean writes, long offset)
            throws IOException {
        int limit = buffer.limit();
        buffer.limit(buffer.position() + bytes);
        try {
            if (!writes) {
                return channel.read(buffer, offset);
            }
            return offset == END_OF_FILE ? channel.write(buffer) : channel.write(buffer, offset);
        } finally {
            buffer.limit(limit);
        }
    }
}
