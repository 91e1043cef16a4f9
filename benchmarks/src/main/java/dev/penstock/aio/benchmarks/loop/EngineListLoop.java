package dev.penstock.aio.benchmarks.loop;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Lease;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Many small reads, all in one list that is waited for. A step does the list once. */
final class EngineListLoop implements Loop {
    private final AsyncIo io;
    private final Lease lease;
    private final ControlBlock[] blocks;
    private final int blockBytes;
    private @Nullable ContentCheck check;
    private @Nullable Latencies latencies;

    EngineListLoop(AsyncIo io, AsyncFile file, Work work, long fileBytes, int thread) throws AioException {
        this.io = io;
        this.blockBytes = work.blockBytes();
        // All read into it: nobody wants to know what. A check has other buffers.
        this.lease = io.lease(blockBytes);
        this.blocks = new ControlBlock[work.depth()];
        Offsets offsets = new Offsets(work, fileBytes, thread);
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = io.controlBlock()
                    .file(file)
                    .lease(lease)
                    .opcode(Opcode.READ)
                    .offset(offsets.next());
        }
    }

    @Override
    public void fill() {
        // A step leaves nothing in flight.
    }

    @Override
    public int step() throws Exception {
        long sinceNs = latencies == null ? 0 : System.nanoTime();
        io.list(ListMode.WAIT, blocks, SigEvent.none());
        if (latencies != null) {
            latencies.took(System.nanoTime() - sinceNs);
        }
        for (ControlBlock block : blocks) {
            if (io.result(block) != blockBytes) {
                throw new IOException("an entry of the list read less, offset=" + block.offset());
            }
        }
        if (check != null) {
            inspect(check);
        }
        return blocks.length;
    }

    private void inspect(ContentCheck by) throws IOException {
        for (ControlBlock block : blocks) {
            if (block.attachment() instanceof ByteBuffer read) {
                by.inspect(read, block.offset());
            }
        }
    }

    @Override
    public int drain() {
        return 0;
    }

    @Override
    public void check(@Nullable ContentCheck newCheck) {
        check = newCheck;
        for (ControlBlock block : blocks) {
            try {
                if (newCheck == null) {
                    block.lease(lease).attachment(null);
                } else {
                    ByteBuffer own = ByteBuffer.allocateDirect(blockBytes);
                    block.buffer(own).attachment(own);
                }
            } catch (AioException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void observe(@Nullable Latencies newLatencies) {
        latencies = newLatencies;
    }

    @Override
    public void close() {
        lease.close();
    }
}
