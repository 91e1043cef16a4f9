package dev.penstock.aio.tck;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelReport;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Notification;
import dev.penstock.aio.SigEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** aio_cancel against requests that may end at the same moment: answer and status always agree. */
class CancelRaceContractTest extends TckTest {
    private static final int LENGTH = 4096;

    /** Asserts that a request ended as the answer of its cancel says, and collects it. */
    private void agrees(CancelResult answer, ControlBlock block) throws AioException {
        switch (answer) {
            case CANCELED -> failure(Errno.ECANCELED, block);
            case NOT_CANCELED, ALL_DONE -> assertEquals(block.length(), success(block));
        }
    }

    @Test
    @Asserts({
        "LTP-aio_cancel-1-1",
        "NBSD-cancel_active_write-a",
        "NBSD-cancel_active_write-b",
        "NBSD-cancel_active_write-c",
        "NBSD-cancel_active_write-d",
        "NIX-cancel"
    })
    void cancelRightAfterTheStartAgreesWithTheStatus() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), LENGTH, 0);
        for (int round = 0; round < Race.ROUNDS; round++) {
            io().write(block);
            Errno error = io().error(block);
            assertTrue(error == Errno.EINPROGRESS || error == Errno.SUCCESS, error::toString);

            CancelResult answer = io().cancel(block);
            if (answer != CancelResult.NOT_CANCELED) {
                assertEquals(answer == CancelResult.CANCELED ? Errno.ECANCELED : Errno.SUCCESS, io().error(block));
            }

            agrees(answer, block);
        }
    }

    @Test
    void cancelThatRacesTheEndAgreesWithTheStatusAndTheEndIsToldOnce() throws AioException {
        Told told = new Told();
        ControlBlock block = writeBlock(newFile("f"), LENGTH, 0).sigEvent(SigEvent.call(told));
        Race race = race();
        for (int round = 0; round < Race.ROUNDS; round++) {
            Hold hold = hold();
            io().write(block);
            AtomicReference<CancelResult> answer = new AtomicReference<>();

            race.run(hold::release, () -> answer.set(io().cancel(block)));

            agrees(answer.get(), block);
        }

        assertEquals(Race.ROUNDS, told.await(Race.ROUNDS).size());
        underTest().close();
        told.assertCount(Race.ROUNDS);
        assertEquals(
                Race.ROUNDS,
                told.all().stream().map(Notification::sequence).distinct().count());
    }

    @Test
    void theAnswersOfTwoCancelsAtOnceBothAgreeWithTheStatus() throws AioException {
        ControlBlock block = writeBlock(newFile("f"), LENGTH, 0);
        Race race = race();
        for (int round = 0; round < Race.ROUNDS; round++) {
            io().write(block);
            AtomicReference<CancelResult> first = new AtomicReference<>();
            AtomicReference<CancelResult> second = new AtomicReference<>();

            race.run(() -> first.set(io().cancel(block)), () -> second.set(io().cancel(block)));

            Set<CancelResult> answers = EnumSet.of(first.get(), second.get());
            awaitDone(block);
            if (io().error(block) == Errno.ECANCELED) {
                // The other one may be NOT_CANCELED: what was just being started when it asked, the kernel gave back
                // later.
                assertTrue(answers.contains(CancelResult.CANCELED), answers::toString);
                failure(Errno.ECANCELED, block);
            } else {
                assertFalse(answers.contains(CancelResult.CANCELED), answers::toString);
                assertEquals(LENGTH, success(block));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Asserts({"GLIBC-tst-aio-5", "GLIBC-tst-aio-6", "NIX-cancel_all"})
    void everyRequestEndsWithSuccessOrCanceledWhetherAllAreCanceledTogetherOrEachByItself(boolean together)
            throws IOException {
        AsyncFile file = newFile("f");
        ControlBlock[] blocks = new ControlBlock[10];
        for (int round = 0; round < Race.ROUNDS; round++) {
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = block(file, ByteBuffer.allocate(100), i * 100L);
                io().write(blocks[i]);
            }

            if (together) {
                io().cancel(file);
            }
            for (int i = blocks.length - 1; i >= 0; i--) {
                CancelResult answer = together ? null : io().cancel(blocks[i]);
                awaitDone(blocks[i]);
                Errno error = io().error(blocks[i]);
                assertTrue(error == Errno.SUCCESS || error == Errno.ECANCELED, error::toString);
                assertTrue(answer == null || (answer == CancelResult.CANCELED) == (error == Errno.ECANCELED));
                assertEquals(error == Errno.SUCCESS ? 100 : -1, io().result(blocks[i]));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Asserts("URING-io-cancel-all")
    void readsAndWritesThatAreCanceledEachByItselfEndOnceEach(boolean direct) throws IOException {
        fileOf("f", 1 << 20);
        AsyncFile file = direct ? openDirect(path("f"), READ, WRITE) : open(path("f"), READ, WRITE);
        int bytes = Math.max(4096, file.alignmentBytes());
        Random random = new Random(1);
        for (int round = 0; round < 20; round++) {
            Told told = new Told();
            List<ControlBlock> blocks = new ArrayList<>();
            List<Lease> leases = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                long offset = (long) bytes * random.nextInt((1 << 20) / bytes);
                Lease lease = io().lease(bytes);
                Pattern.fill(lease.buffer(), 0, offset);
                leases.add(lease);
                ControlBlock block = io().controlBlock().file(file).lease(lease).offset(offset);
                blocks.add(block.sigEvent(SigEvent.call(told)));
                if (random.nextBoolean()) {
                    io().read(block);
                } else {
                    io().write(block);
                }
            }
            for (ControlBlock block : blocks) {
                io().cancel(block);
            }
            told.await(32);
            for (ControlBlock block : blocks) {
                Errno error = io().error(block);
                assertTrue(error == Errno.SUCCESS || error == Errno.ECANCELED, error::toString);
                assertEquals(error == Errno.SUCCESS ? bytes : -1, io().result(block));
            }
            told.assertCount(32);
            leases.forEach(Lease::close);
        }
        Pattern.checkFile(path("f"), 0, 1 << 20);
    }

    @Test
    void theReportOfARacingCancelAllAgreesWithWhatBecameOfTheRequests() throws AioException {
        AsyncFile file = newFile("f");
        ControlBlock[] blocks = new ControlBlock[8];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = writeBlock(file, 512, i * 512L);
        }
        for (int round = 0; round < Race.ROUNDS; round++) {
            for (ControlBlock block : blocks) {
                io().write(block);
            }

            CancelReport report = file.cancelAll();

            int canceled = 0;
            for (ControlBlock block : blocks) {
                awaitDone(block);
                if (io().error(block) == Errno.ECANCELED) {
                    canceled++;
                }
                io().result(block);
            }
            assertEquals(report.canceled(), canceled);
            assertTrue(report.canceled() + report.running() + report.done() <= blocks.length);
            CancelResult expected = report.running() > 0
                    ? CancelResult.NOT_CANCELED
                    : report.canceled() > 0 ? CancelResult.CANCELED : CancelResult.ALL_DONE;
            assertEquals(expected, report.result());
        }
    }

    @Test
    void startsThatRaceACancelAllAreCanceledOrRunButNeverLost() throws IOException {
        AsyncFile file = newFile("f");
        ControlBlock block = writeBlock(file, LENGTH, 0);
        Race race = race();
        for (int round = 0; round < Race.ROUNDS; round++) {
            race.run(() -> io().write(block), () -> io().cancel(file));

            awaitDone(block);
            Errno error = io().error(block);
            assertTrue(error == Errno.SUCCESS || error == Errno.ECANCELED, error::toString);
            assertEquals(error == Errno.SUCCESS ? LENGTH : -1, io().result(block));
        }
    }
}
