package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SyncMode;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@code <aio.h>} declares is there under our names. */
class AioHeaderTest extends TckTest {
    @Test
    @Asserts({"LTP-aio_h-1-2", "LTP-aio_h-2-1"})
    void aControlBlockHasTheSixMembersOfAnAiocb() throws IOException {
        AsyncFile file = newFile("f");
        SigEvent event = SigEvent.call(new Told());

        ControlBlock block = io().controlBlock()
                .file(file)
                .offset(12)
                .buffer(ByteBuffer.allocate(40))
                .length(34)
                .sigEvent(event)
                .priority(5);

        assertSame(file, block.file());
        assertEquals(12, block.offset());
        assertEquals(34, block.length());
        assertSame(event, block.sigEvent());
        assertEquals(5, block.priority());
    }

    @Test
    @Asserts({"LTP-aio_h-3-1", "LTP-lio_listio-6-1"})
    void theEightConstantsExist() {
        assertEquals(
                List.of(CancelResult.CANCELED, CancelResult.NOT_CANCELED, CancelResult.ALL_DONE),
                List.of(CancelResult.values()));
        assertTrue(List.of(Opcode.values()).containsAll(List.of(Opcode.READ, Opcode.WRITE, Opcode.NOP)));
        assertEquals(List.of(ListMode.WAIT, ListMode.NOWAIT), List.of(ListMode.values()));
        assertEquals(List.of(SyncMode.FULL, SyncMode.DATA), List.of(SyncMode.values()));
    }

    @Test
    @Asserts({"LTP-aio_h-4-1"})
    void theEightFunctionsExist() {
        Set<String> names =
                Arrays.stream(AsyncIo.class.getMethods()).map(Method::getName).collect(Collectors.toSet());

        assertTrue(names.containsAll(Set.of("read", "write", "sync", "error", "result", "cancel", "suspend", "list")));
    }
}
