package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What a file must hold: the plain description of a file as bytes in memory. Not safe for use by several threads. */
final class FileModel {
    private final byte[] content;
    private int size;

    FileModel(int capacity) {
        content = new byte[capacity];
    }

    int size() {
        return size;
    }

    void write(int offset, byte[] bytes, int length) {
        System.arraycopy(bytes, 0, content, offset, length);
        size = Math.max(size, length == 0 ? 0 : offset + length);
    }

    void truncate(int newSize) {
        if (newSize < size) {
            Arrays.fill(content, newSize, size, (byte) 0);
            size = newSize;
        }
    }

    /** Returns how many of these bytes lie before the end, for a given size. */
    static int available(int offset, int length, int size) {
        return Math.max(0, Math.min(length, size - offset));
    }

    void check(int offset, byte[] found, int length) {
        for (int i = 0; i < length; i++) {
            if (found[i] != content[offset + i]) {
                throw new AssertionError("position=" + (offset + i) + " expected=" + content[offset + i] + " found="
                        + found[i] + " size=" + size);
            }
        }
    }

    void check(Path file) throws IOException {
        byte[] found = Files.readAllBytes(file);
        assertEquals(size, found.length, "size");
        assertTrue(found.length <= content.length);
        check(0, found, found.length);
    }
}
