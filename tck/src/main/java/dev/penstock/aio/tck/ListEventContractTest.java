package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.CompletionQueue;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Notification;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** lio_listio: the event of the list as a whole, told once, after the last entry was told. */
class ListEventContractTest extends TckTest {
    private static final int KIB = 1024;

    private final Told told = new Told();
    private AsyncFile file;

    @BeforeEach
    @Timeout(120)
    void makeAFile() throws AioException {
        file = newFile("f");
    }

    private ControlBlock write(long offset) throws AioException {
        return writeBlock(file, KIB, offset).opcode(Opcode.WRITE);
    }

    private ControlBlock[] writes(int count) throws AioException {
        ControlBlock[] blocks = new ControlBlock[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = write(i * (long) KIB);
        }
        return blocks;
    }

    private void nowait(SigEvent event, ControlBlock... blocks) throws AioException {
        io().list(ListMode.NOWAIT, blocks, event);
    }

    private static void assertListTold(Notification notification, Errno error, int started, int failed) {
        assertNull(notification.block());
        assertEquals(0, notification.sequence());
        assertEquals(error, notification.error());
        assertEquals(started, notification.result());
        assertEquals(failed, notification.failed());
    }

    @Test
    @Asserts({"LTP-lio_listio-10-1", "NIX-lio_signal"})
    void theListIsToldOnceWithWhatBecameOfIt() throws AioException {
        Object value = new Object();
        ControlBlock[] blocks = writes(10);

        nowait(SigEvent.call(told).value(value), blocks);

        Notification notification = told.awaitOne();
        assertListTold(notification, Errno.SUCCESS, 10, 0);
        assertSame(value, notification.value());
        for (ControlBlock block : blocks) {
            assertEquals(Errno.SUCCESS, io().error(block));
            assertEquals(KIB, io().result(block));
        }
        told.assertCount(1);
    }

    @Test
    @Asserts({"LTP-lio_listio-2-1-a", "LTP-lio_listio-2-1-b"})
    void theListIsNotToldWhileAnEntryRuns() throws AioException {
        Hold hold = faults().hold(Faults.at(7 * KIB));
        ControlBlock[] blocks = writes(8);

        nowait(SigEvent.call(told), blocks);
        for (int i = 0; i < 7; i++) {
            assertEquals(KIB, success(blocks[i]));
        }
        told.assertCount(0);
        assertEquals(Errno.EINPROGRESS, io().error(blocks[7]));
        hold.release();

        assertListTold(told.awaitOne(), Errno.SUCCESS, 8, 0);
        assertEquals(KIB, success(blocks[7]));
    }

    @Test
    @Asserts({"LTP-lio_listio-3-1", "LTP-lio_listio-7-1"})
    void everyEntryWasToldBeforeTheListIsAndNopsAreNot() throws AioException {
        Told entries = new Told();
        AtomicInteger before = new AtomicInteger();
        ControlBlock[] blocks = writes(10);
        blocks[1].opcode(Opcode.NOP);
        blocks[7].opcode(Opcode.NOP);
        for (ControlBlock block : blocks) {
            block.sigEvent(SigEvent.call(entries));
        }
        SigEvent event = SigEvent.call(notification -> {
            before.set(entries.count());
            told.completed(notification);
        });
        for (int round = 1; round <= Race.ROUNDS; round++) {
            nowait(event, blocks);

            assertListTold(told.await(round).get(round - 1), Errno.SUCCESS, 8, 0);
            assertEquals(8 * round, before.get());
            for (ControlBlock block : blocks) {
                if (block.opcode() == Opcode.WRITE) {
                    assertEquals(KIB, io().result(block));
                }
            }
        }
    }

    @Test
    @Asserts({"LTP-lio_listio-15-1", "FBSD-lio_kqueue-b"})
    void whenTheListIsToldEveryEntryCanBeCollected() throws AioException {
        ControlBlock[] blocks = new ControlBlock[10];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] =
                    i < 4 ? write(0) : block(file, ByteBuffer.allocate(KIB), 0).opcode(Opcode.READ);
            blocks[i].sigEvent(SigEvent.call(new Told()));
        }
        List<Long> results = new ArrayList<>();
        AtomicReference<AioException> refused = new AtomicReference<>();

        nowait(
                SigEvent.call(notification -> {
                    try {
                        for (ControlBlock block : blocks) {
                            results.add(io().result(block));
                        }
                    } catch (AioException e) {
                        refused.set(e);
                    }
                    told.completed(notification);
                }),
                blocks);

        assertListTold(told.awaitOne(), Errno.SUCCESS, 10, 0);
        assertNull(refused.get());
        assertEquals(List.of(1024L, 1024L, 1024L, 1024L), results.subList(0, 4));
        assertTrue(results.stream().allMatch(bytes -> bytes >= 0 && bytes <= KIB), results::toString);
    }

    @Test
    void entriesThatGoIntoAQueueAreThereWhenTheListIsTold() throws AioException {
        CompletionQueue queue = io().completionQueue();
        ControlBlock[] blocks = writes(8);
        for (ControlBlock block : blocks) {
            block.sigEvent(SigEvent.queue(queue));
        }

        nowait(SigEvent.call(told), blocks);

        told.awaitOne();
        for (int i = 0; i < 8; i++) {
            ControlBlock taken = queue.poll();
            assertEquals(KIB, io().result(taken));
        }
        assertNull(queue.poll());
    }

    @Test
    @Asserts("XNU-lio_kevent")
    void theEntriesOfAListOverSeveralFilesComeOutOfAQueueOnceEach() throws AioException {
        CompletionQueue queue = io().completionQueue();
        Set<Object> tags = new HashSet<>();
        ControlBlock[] blocks = new ControlBlock[4];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = writeBlock(newFile("g" + i), KIB, i * (long) KIB)
                    .opcode(Opcode.WRITE)
                    .sigEvent(SigEvent.queue(queue))
                    .attachment("tag" + i);
        }

        nowait(SigEvent.none(), blocks);

        for (int i = 0; i < blocks.length; i++) {
            ControlBlock taken = queue.take(Bounded.LIMIT);
            assertEquals(KIB, io().result(taken));
            tags.add(taken.attachment());
        }
        assertEquals(Set.of("tag0", "tag1", "tag2", "tag3"), tags);
        assertNull(queue.poll());
    }

    @Test
    @Asserts({"FBSD-lio_kqueue-a", "FBSD-lio_kqueue-b"})
    void listsThatRunTogetherAreToldOnceEachWithTheirOwnValue() throws AioException {
        ByteBuffer source = Pattern.direct(32 * KIB, 0, 0);
        ControlBlock[][] lists = new ControlBlock[5][16];
        for (ControlBlock[] list : lists) {
            for (int i = 0; i < list.length; i++) {
                list[i] = block(file, source, i * 32L * KIB).opcode(Opcode.WRITE);
            }
        }

        for (int round = 1; round <= 300; round++) {
            for (int tag = 0; tag < lists.length; tag++) {
                nowait(SigEvent.call(told).value(tag), lists[tag]);
            }
            List<Notification> all = told.await(round * lists.length);
            assertEquals(
                    List.of(0, 1, 2, 3, 4),
                    all.subList((round - 1) * lists.length, all.size()).stream()
                            .map(Notification::value)
                            .sorted()
                            .toList());
            for (ControlBlock[] list : lists) {
                for (ControlBlock block : list) {
                    assertEquals(32 * KIB, io().result(block));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    @Asserts("FBSD-lio_empty_nowait_signal")
    void aListOfNothingIsToldOnceWithNoEntries(int entries) throws AioException {
        ControlBlock[] blocks = new ControlBlock[entries];
        if (entries > 0) {
            blocks[1] = write(0).opcode(Opcode.NOP);
        }

        nowait(SigEvent.call(told).value("nothing"), blocks);

        Notification notification = told.awaitOne();
        assertListTold(notification, Errno.SUCCESS, 0, 0);
        assertEquals("nothing", notification.value());
        told.assertCount(1);
    }

    @Test
    void theListIsNotToldBeforeEntriesWhoseExecutorOfTheCallerIsSlow() throws AioException {
        AsyncIo io = start(Map.of("callback.threads", 1)).io();
        AsyncFile other = io.open(path("g"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        Queue<Runnable> later = new ConcurrentLinkedQueue<>();
        List<Object> order = new CopyOnWriteArrayList<>();
        ControlBlock[] blocks = new ControlBlock[4];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = io.controlBlock().file(other).buffer(Pattern.direct(KIB, 0, 0));
            blocks[i].opcode(Opcode.WRITE).sigEvent(SigEvent.call(later::add, notification -> order.add("entry")));
        }

        io.list(ListMode.NOWAIT, blocks, SigEvent.call(notification -> order.add("list")));
        Bounded.await("every entry to be handed over", () -> later.size() == blocks.length);
        for (int i = 0; i < 3; i++) {
            later.remove().run();
        }
        // The one callback thread has told of the list, if that came too early, before it tells of this.
        io.write(io.controlBlock().file(other).buffer(Pattern.direct(KIB, 0, 0)).sigEvent(SigEvent.call(told)));
        told.awaitOne();
        assertEquals(List.of("entry", "entry", "entry"), order);
        later.remove().run();

        Bounded.await("the list to be told", () -> order.size() == 5);
        assertEquals("list", order.get(4));
    }

    @Test
    @Asserts("GLIBC-tst-aio4-b")
    void oneBlockServesListAfterListOnATunedInstance() throws IOException {
        AsyncIo io = start(Map.of("max.requests", 20, "window", 10)).io();
        ControlBlock block = io.controlBlock()
                .file(io.open(fileOf("g", 12)))
                .buffer(ByteBuffer.allocate(12))
                .opcode(Opcode.READ);
        io.read(block);
        assertTrue(io.suspend(new ControlBlock[] {block}, Bounded.LIMIT));
        assertEquals(12, io.result(block));

        io.list(ListMode.NOWAIT, new ControlBlock[] {block}, SigEvent.call(told).value(34));

        assertEquals(34, told.awaitOne().value());
        assertEquals(12, io.result(block));
    }

    @Test
    @Asserts("GLIBC-tst-aio3")
    void anEntrysCallbackAndASuspendOnItDoNotTakeItFromEachOther() throws AioException {
        ControlBlock block = write(0).sigEvent(SigEvent.call(told));

        nowait(SigEvent.none(), block);

        assertEquals(KIB, success(block));
        assertSame(block, told.awaitOne().block());
        told.assertCount(1);
    }

    @Test
    void aListMayBeStartedFromTheEventOfAnother() throws AioException {
        ControlBlock[] first = writes(4);
        ControlBlock[] second = writes(4);
        AtomicReference<AioException> refused = new AtomicReference<>();

        nowait(
                SigEvent.call(notification -> {
                    try {
                        nowait(SigEvent.call(told).value("second"), second);
                    } catch (AioException e) {
                        refused.set(e);
                    }
                }),
                first);

        assertEquals("second", told.awaitOne().value());
        assertNull(refused.get());
    }
}
