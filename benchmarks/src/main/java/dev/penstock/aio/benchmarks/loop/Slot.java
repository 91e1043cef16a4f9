package dev.penstock.aio.benchmarks.loop;

import java.nio.ByteBuffer;
import java.util.Random;

/** A buffer in which blocks are moved, one at a time, and the place of that block in the file. */
abstract class Slot {
    long offset;
    /** Whether its block is written; set by the loop before each start, as a work may do both. */
    boolean writes;
    /** When the request was started, if somebody wants to know. */
    long startedNs;

    /** The memory from 0 to its capacity; only asked for while no request is in flight. */
    abstract ByteBuffer buffer();

    /** No zeros: somewhere below, they may be cheaper to write than other content. */
    void fillAtRandom() {
        byte[] content = new byte[buffer().capacity()];
        new Random(1).nextBytes(content);
        buffer().put(0, content);
    }
}
