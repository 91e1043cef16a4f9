package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.SigEvent.Notify;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** The ways in which an end can be told, as values. */
class SigEventContractTest extends TckTest {
    @Test
    void anEventSaysWhatItWasMadeOf() {
        Told told = new Told();
        Executor executor = Runnable::run;
        CompletionQueue queue = io().completionQueue();

        assertEvent(SigEvent.none(), Notify.NONE, null, null, null, null);
        assertEvent(SigEvent.call(told), Notify.CALL, null, told, null, null);
        assertEvent(SigEvent.call(executor, told), Notify.CALL, executor, told, null, null);
        assertEvent(SigEvent.queue(queue), Notify.QUEUE, null, null, queue, null);
        assertEvent(SigEvent.listeners("t"), Notify.LISTENERS, null, null, null, "t");
    }

    private static void assertEvent(
            SigEvent event, Notify notify, Executor executor, Told told, CompletionQueue queue, String tag) {
        for (SigEvent each :
                new SigEvent[] {event, event.value("v"), event.value("v").value(null)}) {
            assertEquals(notify, each.notification());
            assertSame(executor, each.executor());
            assertSame(told, each.callback());
            assertSame(queue, each.queue());
            assertSame(tag, each.tag());
            assertTrue(each.toString().contains(notify.name()));
        }
    }

    @Test
    void aValueMakesANewEventAndLeavesTheOldOneAlone() {
        SigEvent event = SigEvent.call(new Told());

        SigEvent valued = event.value("v");

        assertNotSame(event, valued);
        assertNull(event.value());
        assertEquals("v", valued.value());
        assertNull(valued.value(null).value());
    }

    @Test
    void aNewBlockTellsNobody() {
        assertSame(SigEvent.none(), io().controlBlock().sigEvent());
    }

    @Test
    void oneEventMayServeManyBlocks() throws IOException {
        Told told = new Told();
        SigEvent event = SigEvent.call(told).value(7);
        var file = newFile("f");
        for (int i = 0; i < 100; i++) {
            io().write(writeBlock(file, 8, 8L * i).sigEvent(event));
        }

        told.await(100).forEach(one -> assertEquals(7, one.value()));
    }

    @Test
    void listenersWithoutANotificationServiceAreEINVALForAListToo() throws IOException {
        ControlBlock block = writeBlock(newFile("f"), 8, 0).opcode(Opcode.WRITE);

        expectErrno(
                Errno.EINVAL, () -> io().list(ListMode.NOWAIT, new ControlBlock[] {block}, SigEvent.listeners("t")));

        assertEquals(0, block.sequence());
    }

    @Test
    void nullArgumentsAreNamed() {
        Told told = new Told();

        Nulls.refused("callback", () -> SigEvent.call(null));
        Nulls.refused("callback", () -> SigEvent.call(Runnable::run, null));
        Nulls.refused("executor", () -> SigEvent.call(null, told));
        Nulls.refused("queue", () -> SigEvent.queue(null));
        Nulls.refused("tag", () -> SigEvent.listeners(null));
        Nulls.refused("event", () -> io().controlBlock().sigEvent(null));
    }
}
