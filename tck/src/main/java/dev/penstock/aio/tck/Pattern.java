package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes that tell where in a file they belong, so that a transfer to or from a wrong place is seen. */
public final class Pattern {
    private Pattern() {}

    /** Returns the byte at a position, for a seed. */
    public static byte at(long seed, long position) {
        long mixed = (seed * 0x9E3779B97F4A7C15L) ^ (position * 0xBF58476D1CE4E5B9L);
        mixed ^= mixed >>> 29;
        mixed *= 0x94D049BB133111EBL;
        return (byte) (mixed >>> 56);
    }

    /**
     * Fills a buffer's remaining bytes with those that belong at a position of a file; moves nothing.
     *
     * @return the same buffer
     */
    public static ByteBuffer fill(ByteBuffer buffer, long seed, long position) {
        int start = buffer.position();
        for (int i = start; i < buffer.limit(); i++) {
            buffer.put(i, at(seed, position + i - start));
        }
        return buffer;
    }

    /** Returns a new heap buffer with the bytes that belong at a position. */
    public static ByteBuffer heap(int bytes, long seed, long position) {
        return fill(ByteBuffer.allocate(bytes), seed, position);
    }

    /** Returns a new direct buffer with the bytes that belong at a position. */
    public static ByteBuffer direct(int bytes, long seed, long position) {
        return fill(ByteBuffer.allocateDirect(bytes), seed, position);
    }

    /** Asserts that a buffer's remaining bytes are those that belong at a position; moves nothing. */
    public static void check(ByteBuffer buffer, long seed, long position) {
        int start = buffer.position();
        for (int i = start; i < buffer.limit(); i++) {
            byte expected = at(seed, position + i - start);
            if (buffer.get(i) != expected) {
                fail("position=" + (position + i - start) + " expected=" + expected + " found=" + buffer.get(i));
            }
        }
    }

    /** Asserts that a file has exactly so many bytes, and that they belong at position 0 and after. */
    public static void checkFile(Path file, long seed, int bytes) throws IOException {
        byte[] content = Files.readAllBytes(file);
        if (content.length != bytes) {
            fail("size expected=" + bytes + " found=" + content.length);
        }
        check(ByteBuffer.wrap(content), seed, 0);
    }
}
