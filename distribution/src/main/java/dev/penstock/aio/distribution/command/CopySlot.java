package dev.penstock.aio.distribution.command;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Lease;
import dev.penstock.aio.SigEvent;
import java.nio.ByteBuffer;

/** One place of the window: a lease and a control block, used for one block of the file after the other. */
final class CopySlot implements AutoCloseable {
    /** Where the block is. Moves rightwards, then to the left end for the next block of the file. */
    enum Stage {
        FREE,
        READING,
        WRITING,
        WRITTEN
    }

    final Lease lease;
    final ControlBlock block;
    Stage stage = Stage.FREE;

    /** Where the block begins in both files. */
    long offset;

    /** How many bytes of the file the block holds. */
    int lengthBytes;

    /** How many bytes each request has to move: the length, rounded up to the alignment. */
    int transferBytes;

    /** How many of them the present stage has moved. */
    int doneBytes;

    long startedNs;

    CopySlot(AsyncIo aio, CompletionQueue queue, int blockBytes) throws AioException {
        lease = aio.lease(blockBytes);
        block = aio.controlBlock().sigEvent(SigEvent.queue(queue)).attachment(this);
    }

    /** Describes the request for what is left of this stage; the caller starts it. */
    ControlBlock describe(AsyncFile file) throws AioException {
        lease.buffer().limit(transferBytes).position(doneBytes);
        startedNs = System.nanoTime();
        return block.file(file).offset(offset + doneBytes).lease(lease);
    }

    /** Returns what the block holds of the file. */
    ByteBuffer content() {
        return lease.buffer().limit(lengthBytes).position(0);
    }

    /** Clears what is behind the end of the file, for a lease comes with unspecified content. */
    void clearPadding() {
        ByteBuffer buffer = lease.buffer();
        for (int i = lengthBytes; i < transferBytes; i++) {
            buffer.put(i, (byte) 0);
        }
    }

    /** Gives the lease back, unless the engine still has it after a failure that it has reported. */
    @Override
    public void close() {
        if (!lease.isBorrowed()) {
            lease.close();
        }
    }
}
