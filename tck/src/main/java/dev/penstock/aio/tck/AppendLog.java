package dev.penstock.aio.tck;

import dev.penstock.aio.AsyncFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The records that are appended to a file: 32 bytes with the thread, the number, and a pattern made of them. What must be
 * found is noted here; whatever else is found was to be canceled, or is there twice.
 */
final class AppendLog {
    static final int BYTES = 32;
    private static final int HEADER_BYTES = 12;

    private final AsyncFile file;
    private final Set<Long> appended = ConcurrentHashMap.newKeySet();

    AppendLog(AsyncFile file) {
        this.file = file;
    }

    AsyncFile file() {
        return file;
    }

    /** Writes a record into a buffer. */
    static void fill(ByteBuffer buffer, int thread, long number) {
        buffer.putInt(thread).putLong(number);
        for (int i = HEADER_BYTES; i < BYTES; i++) {
            buffer.put(Pattern.at(number, thread * 31L + i));
        }
    }

    private static long key(int thread, long number) {
        return (long) thread << 48 | number;
    }

    /** A record was appended. */
    void expect(int thread, long number) {
        appended.add(key(thread, number));
    }

    /** Checks that each record that was appended is there once, in the order of its thread, and no other. */
    void check(SwapWorkload workload) throws IOException {
        Set<Long> missing = new HashSet<>(appended);
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file.path()));
        Map<Integer, Long> last = new HashMap<>();
        ByteBuffer expected = ByteBuffer.allocate(BYTES);
        while (content.remaining() >= BYTES) {
            ByteBuffer record = content.slice(content.position(), BYTES);
            content.position(content.position() + BYTES);
            int thread = record.getInt(0);
            long number = record.getLong(4);
            expected.clear();
            fill(expected, thread, number);
            String what = "record " + number + " of thread " + thread + " in " + file.path();
            if (!expected.flip().equals(record)) {
                workload.failed(what + " is not whole");
            } else if (!missing.remove(key(thread, number))) {
                workload.failed(what + " is there twice, or was canceled");
            } else if (last.getOrDefault(thread, -1L) > number) {
                workload.failed(what + " is out of order");
            }
            last.put(thread, number);
            workload.count(SwapWorkload.What.APPEND);
        }
        if (!missing.isEmpty() || content.hasRemaining()) {
            workload.failed(missing.size() + " records are missing in " + file.path());
        }
    }
}
