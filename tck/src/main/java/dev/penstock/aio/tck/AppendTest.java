package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import java.util.ArrayList;
import java.util.List;

/** What the tests of appends share: appends of the next bytes of a pattern, whose order the file then shows. */
abstract class AppendTest extends TckTest {
    final AsyncFile appending(String name) throws AioException {
        assumeCapability("APPEND", path(name), APPEND, CREATE);
        return open(path(name), APPEND, CREATE);
    }

    /** Returns a block that appends the next bytes of the pattern. */
    final ControlBlock next(AsyncFile file, int bytes, int position) throws AioException {
        return io().controlBlock().file(file).buffer(Pattern.direct(bytes, 0, position));
    }

    /** Starts appends of different lengths without waiting, and returns their blocks. */
    final List<ControlBlock> startMany(AsyncFile file, int count) throws AioException {
        List<ControlBlock> blocks = new ArrayList<>();
        int position = 0;
        for (int i = 0; i < count; i++) {
            int bytes = 1 + i * 97 % 1500;
            ControlBlock block = next(file, bytes, position).priority(i % 2 == 0 ? 0 : 1 + i % 20);
            io().write(block);
            blocks.add(block);
            position += bytes;
        }
        return blocks;
    }

    final int succeed(List<ControlBlock> blocks) throws AioException {
        int bytes = 0;
        for (ControlBlock block : blocks) {
            assertEquals(block.length(), success(block));
            bytes += (int) block.length();
        }
        return bytes;
    }
}
