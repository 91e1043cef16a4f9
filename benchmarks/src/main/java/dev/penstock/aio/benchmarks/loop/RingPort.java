package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The floor of io_uring: a thread with a ring of its own, which fills what is free, enters the kernel when no completion
 * is left, and waits for one. A synced write is a write with a sync linked to it.
 */
final class RingPort implements Port {
    private static final int PAGE_BYTES = 4096;

    /**
     * What the kernel is to know beforehand.
     *
     * @param buffers whether memory is registered, as provider uring does with leases
     * @param file whether the file is registered too
     */
    record Registered(boolean buffers, boolean file) {}

    private static final class RingSlot extends Slot {
        final int index;
        final long address;
        final ByteBuffer buffer;

        RingSlot(int index, MemorySegment memory) {
            this.index = index;
            this.address = memory.address();
            this.buffer = memory.asByteBuffer();
        }

        @Override
        ByteBuffer buffer() {
            return buffer;
        }
    }

    private final Work work;
    private final boolean syncs;
    private final Registered registered;
    private final int file;
    private final byte fileFlag;
    private final HandRing ring;
    private final Arena memory = Arena.ofShared();
    private final List<RingSlot> slots = new ArrayList<>();
    /** Completions that are still to come. */
    private int owed;

    /**
     * Opens a ring.
     *
     * @param fd stays the caller's
     */
    RingPort(int fd, Work work, Registered registered) throws IOException {
        this.work = work;
        this.syncs = work.kind() == Work.Kind.SYNCED_WRITE;
        this.registered = registered;
        this.file = registered.file ? 0 : fd;
        this.fileFlag = registered.file ? HandRing.FIXED_FILE : 0;
        MemorySegment all = memory.allocate((long) work.blockBytes() * work.depth(), PAGE_BYTES);
        for (int i = 0; i < work.depth(); i++) {
            slots.add(new RingSlot(i, all.asSlice((long) work.blockBytes() * i, work.blockBytes())));
        }
        this.ring = new HandRing(syncs ? 2 * work.depth() : work.depth());
        boolean ready = false;
        try {
            if (registered.buffers) {
                ring.registerBuffer(all);
            }
            if (registered.file) {
                ring.registerFile(fd);
            }
            ready = true;
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    @Override
    public List<? extends Slot> slots() {
        return slots;
    }

    @Override
    public void start(Slot started) {
        RingSlot slot = (RingSlot) started;
        // The write of a synced one is told as the complement of its slot.
        byte flags = (byte) (syncs ? fileFlag | HandRing.LINK : fileFlag);
        long userData = syncs ? ~slot.index : slot.index;
        ring.prepare(opcode(slot), flags, file, slot.offset, slot.address, work.blockBytes(), userData);
        if (syncs) {
            ring.prepare(HandRing.FSYNC, fileFlag, file, 0, 0, 0, slot.index);
        }
        owed += syncs ? 2 : 1;
    }

    private int opcode(Slot slot) {
        if (slot.writes) {
            return registered.buffers ? HandRing.WRITE_FIXED : HandRing.WRITE;
        }
        return registered.buffers ? HandRing.READ_FIXED : HandRing.READ;
    }

    @Override
    public Slot end() throws IOException {
        while (true) {
            ring.next();
            long userData = ring.userData();
            int result = ring.result();
            ring.seen();
            owed--;
            boolean isMove = !syncs || userData < 0;
            RingSlot slot = slots.get((int) (userData < 0 ? ~userData : userData));
            if (result < 0) {
                throw new IOException(work.name() + " offset=" + slot.offset + ": errno=" + -result);
            }
            if (isMove) {
                Port.requireAll(work, slot, result);
            }
            if (!isMove || !syncs) {
                return slot;
            }
        }
    }

    /** After a failure some are still in flight, and the kernel must leave the memory before that goes. */
    @Override
    public void close() throws IOException {
        for (; owed > 0; owed--) {
            ring.next();
            ring.seen();
        }
        ring.close();
        memory.close();
    }
}
