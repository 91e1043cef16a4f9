package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.CancelResult;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Request;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.OpenSpec;
import dev.penstock.aio.spi.Probe;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.tck.Bounded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What becomes of files whose provider leaves, breaks, or comes back. */
class LeaveTest extends SwapTest {
    @Test
    void theFilesOfAProviderThatLeavesMoveToTheNextOne() throws Exception {
        betterComes();
        AsyncFile file = openFile();
        success(write(file, "one", 0));
        assertThat(at(file)).isEqualTo("better");

        instance().remove(better);

        assertThat(at(file)).isEqualTo("scripted");
        assertThat(better.backend().isClosed()).isTrue();
        success(write(file, "two", 3));
        assertThat(content(file)).isEqualTo("onetwo");
    }

    @Test
    void aFileThatTheBestCannotHaveGoesToOneThatCan() throws Exception {
        ScriptedProvider best = new ScriptedProvider("best");
        best.probe = Probe.available(EnumSet.noneOf(Capability.class));
        instance().add(best, -1);
        ScriptedProvider last = new ScriptedProvider("last");
        last.disk = provider.disk;
        instance().add(last, -2);
        AsyncFile file = openFile(StandardOpenOption.DSYNC);

        instance().remove(provider);

        assertThat(at(file)).isEqualTo("last");
        assertThat(success(write(file, "x", 0))).isEqualTo(1);
        assertThat(last.violations()).isEmpty();
    }

    // ---- no provider

    @Test
    void withoutAProviderRequestsWaitForTheNextOne() throws Exception {
        AsyncFile file = openFile();
        success(write(file, "one", 0));

        instance().remove(provider);
        assertThat(provider.backend().isClosed()).isTrue();
        ControlBlock waiting = write(file, "two", 3);
        Request<Void> sync = file.sync(SyncMode.FULL);
        assertThat(io().error(waiting)).isEqualTo(Errno.EINPROGRESS);
        assertThat(instance().files())
                .singleElement()
                .satisfies(report -> assertThat(report.provider()).isEqualTo("none"));
        betterComes();

        assertThat(success(waiting)).isEqualTo(3);
        sync.await(Bounded.LIMIT);
        assertThat(content(file)).isEqualTo("onetwo");
    }

    @Test
    void withoutAProviderARequestCanBeCanceledAndTheFileClosed() throws Exception {
        AsyncFile file = openFile();
        instance().remove(provider);
        ControlBlock waiting = write(file, "x", 0);

        assertThat(io().cancel(waiting)).isEqualTo(CancelResult.CANCELED);
        file.close();

        assertThat(instance().files()).isEmpty();
    }

    @Test
    void withoutAProviderForTooLongRequestsEndWithEnxioAndALaterProviderServesAgain() throws Exception {
        configure("provider.wait.ms", 50);
        AsyncFile file = openFile();
        instance().remove(provider);
        ControlBlock waiting = write(file, "x", 0);

        assertThat(failure(waiting)).isEqualTo(Errno.ENXIO);
        assertThat(failure(write(file, "y", 0))).isEqualTo(Errno.ENXIO);
        betterComes();
        awaitAt(file, "better");

        assertThat(success(write(file, "z", 0))).isEqualTo(1);
    }

    @Test
    void aFileThatWasReplacedByAnotherOfItsSizeIsNotTakenForIt() throws Exception {
        AsyncFile file = openFile();
        success(write(file, "mine", 0));
        instance().remove(provider);
        ControlBlock waiting = write(file, "lost", 0);
        // The file system may use the number of the inode again.
        Files.delete(file.path());
        Files.createFile(file.path());

        betterComes();

        assertThat(failure(waiting)).isEqualTo(Errno.ESTALE);
        assertThat(warnings()).anyMatch(warning -> warning.contains("another file at the path"));
        assertThat(better.backend().files()).allMatch(ScriptedFile::isClosed);
    }

    @Test
    void aFileThatWasRemovedWhileThereWasNoProviderEndsWithEstale() throws Exception {
        AsyncFile file = openFile();
        instance().remove(provider);
        ControlBlock waiting = write(file, "lost", 0);
        Files.delete(file.path());

        betterComes();

        assertThat(failure(waiting)).isEqualTo(Errno.ESTALE);
        file.close();
    }

    // ---- what a path names meanwhile

    @Test
    void aFileThatWasRenamedOrRemovedMovesByItsDescriptor() throws Exception {
        AsyncFile renamed = openFile();
        AsyncFile removed = openFile();
        success(write(renamed, "renamed", 0));
        success(write(removed, "removed", 0));
        Files.move(renamed.path(), aPath());
        Files.delete(removed.path());

        betterComes();
        awaitAt(renamed, "better");
        awaitAt(removed, "better");

        assertThat(content(renamed)).isEqualTo("renamed");
        assertThat(content(removed)).isEqualTo("removed");
    }

    @Test
    void whereThePathHasToBeOpenedAFileThatItDoesNotNameStaysAndThenEndsWithEstale() throws Exception {
        better.takesOver = false;
        AsyncFile removed = openFile();
        AsyncFile replaced = openFile();
        Files.delete(removed.path());
        Files.move(replaced.path(), aPath());
        Files.createFile(replaced.path());

        betterComes();
        await("both stay", () -> count("moves that failed") == 2);
        assertThat(success(write(removed, "goes on", 0))).isEqualTo(7);
        assertThat(success(write(replaced, "goes on", 0))).isEqualTo(7);
        assertThat(better.backend().files()).allMatch(ScriptedFile::isClosed);
        instance().remove(provider);

        assertThat(failure(write(removed, "no more", 0))).isEqualTo(Errno.ESTALE);
        assertThat(failure(write(replaced, "no more", 0))).isEqualTo(Errno.ESTALE);
        assertThat(provider.backend().isClosed()).isTrue();
    }

    // ---- what the next provider cannot do

    @Test
    void aDirectFileDoesNotMoveToWhereTheAlignmentIsStricter() throws Exception {
        provider.alignmentBytes = 512;
        better.alignmentBytes = 4096;
        AsyncFile file = openFile(FileOption.DIRECT);

        betterComes();
        await("it stays", () -> count("moves that failed") == 1);

        assertThat(at(file)).isEqualTo("scripted");
        assertThat(file.alignmentBytes()).isEqualTo(512);
        assertThat(instance().files().get(0).stays()).contains("multiples of 4096");
    }

    @Test
    void aDirectFileMovesToWhereTheAlignmentIsLess() throws Exception {
        provider.alignmentBytes = 4096;
        better.alignmentBytes = 512;
        AsyncFile file = openFile(FileOption.DIRECT);

        betterComes();
        awaitAt(file, "better");

        assertThat(file.alignmentBytes()).isEqualTo(4096);
    }

    @Test
    void aFileDoesNotMoveToAProviderThatCannotDoWhatItWasOpenedWith() throws Exception {
        better.probe = Probe.available(EnumSet.noneOf(Capability.class));
        AsyncFile file = openFile(StandardOpenOption.DSYNC);

        betterComes();
        await("it stays", () -> count("moves that failed") == 1);

        assertThat(at(file)).isEqualTo("scripted");
        assertThat(instance().files().get(0).stays()).contains("DSYNC");
    }

    // ---- providers that do not behave

    @Test
    void anOpenThatHangsHoldsUpNeitherItsFileNorTheOthers() throws Exception {
        configure("swap.timeout.ms", 1_000);
        AsyncFile hanging = openFile();
        AsyncFile other = openFile();
        CountDownLatch go = new CountDownLatch(1);
        Path slow = hanging.path();
        better.script(new Script() {
            @Override
            void opening(OpenSpec spec) {
                if (spec.path().equals(slow)) {
                    Bounded.await(go);
                }
            }
        });

        betterComes();
        awaitAt(other, "better");
        assertThat(success(write(hanging, "goes on", 0))).isEqualTo(7);
        await("the move is given up", () -> count("moves that failed") == 1);
        go.countDown();

        assertThat(at(hanging)).isEqualTo("scripted");
        await(
                "what was opened in vain is closed",
                () -> better.backend().files().stream()
                                .filter(ScriptedFile::isClosed)
                                .count()
                        == 1);
    }

    @Test
    void aCloseThatHangsHoldsUpNeitherItsFileNorTheOthers() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AsyncFile file = openFile();
        AsyncFile other = openFile();
        provider.script(new Script() {
            @Override
            void closingFile() {
                Bounded.await(go);
            }
        });

        betterComes();
        awaitAt(file, "better");
        awaitAt(other, "better");

        assertThat(success(write(file, "goes on", 0))).isEqualTo(7);
        go.countDown();
    }

    @Test
    void aProviderWhoseStageThrowsAnErrorEndsThatRequestAndTheFileMoves() throws Exception {
        AsyncFile file = openFile();
        provider.script(new Script() {
            @Override
            void staging(Transfer transfer) {
                throw new StackOverflowError("thrown by the test");
            }
        });
        assertThat(failure(write(file, "x", 0))).isEqualTo(Errno.EIO);
        provider.script(new Script());

        betterComes();
        awaitAt(file, "better");

        assertThat(success(write(file, "y", 0))).isEqualTo(1);
    }

    @Test
    void aCompletionThatIsDeliveredTwiceDoesNotEndWhatMovedInItsPlace() throws Exception {
        AsyncFile file = openFile();
        provider.holdAll();
        provider.script(new Script() {
            @Override
            boolean deliversTwice(Transfer transfer) {
                return true;
            }
        });
        ControlBlock inFlight = write(file, "a", 0);
        betterComes();
        awaitHolding(file);
        better.holdAll();
        ControlBlock held = write(file, "b", 1);
        provider.release();
        success(inFlight);
        await("the new lane has it", () -> better.lane().held().size() == 1);

        assertThat(io().error(held)).isEqualTo(Errno.EINPROGRESS);
        better.release();

        assertThat(success(held)).isEqualTo(1);
        await("the second completion was found to be one", () -> count("completions of nothing in flight") >= 1);
    }

    @Test
    void whenAProviderThatNeverFinishesLeavesThatFileEndsWithEstaleAndTheOthersMove() throws Exception {
        configure("swap.timeout.ms", 500);
        configure("close.timeout.ms", 3_000);
        betterComes();
        AsyncFile stuck = openFile();
        AsyncFile other = openFile();
        better.holdAll();
        Lease lease = io().lease(4096);
        Request<Long> never = stuck.write(lease, 0);
        await("it is in flight", () -> better.lane().held().size() == 1);
        better.hold(transfer -> transfer.length() == 4096);
        ControlBlock queued = write(stuck, "queued", 0);

        FutureTask<Void> leaving = leaves(better);
        awaitHolding(stuck);
        ControlBlock held = write(stuck, "held", 0);

        assertThat(failure(held)).isEqualTo(Errno.ESTALE);
        assertThat(success(queued)).isEqualTo(6);
        Bounded.get(leaving);
        assertThat(at(other)).isEqualTo("scripted");
        assertThat(success(write(other, "on", 0))).isEqualTo(2);
        assertThat(never.isDone()).isFalse();
        assertThat(lease.isBorrowed()).isTrue();
        assertThat(better.backend().isClosed()).isFalse();
        assertThat(warnings()).anyMatch(warning -> warning.contains("ESTALE"));
        assertThat(warnings()).anyMatch(warning -> warning.contains("do not end"));
    }

    @Test
    void aRequestThatComesBackToAFileWhoseProviderIsGoneEndsWithEstale() throws Exception {
        configure("swap.timeout.ms", 500);
        configure("close.timeout.ms", 3_000);
        betterComes();
        AsyncFile file = openFile();
        better.holdAll();
        better.script(new Script() {
            @Override
            Outcome outcome(Transfer transfer) {
                return Outcome.atMost(4);
            }
        });
        Request<Long> full = file.writeFully(bytes("0123456789"), 0);
        await("it is in flight", () -> better.lane().held().size() == 1);

        FutureTask<Void> leaving = leaves(better);
        await("it is stranded", () -> ((OpenFile) file).order().isStranded());
        better.release();

        assertThat(Bounded.failure(full.toCompletableFuture())).hasMessageContaining("ESTALE");
        Bounded.get(leaving);
        file.close();
    }

    @Test
    void aFileOnItsWayToAProviderThatLeavesTooGoesToAnother() throws Exception {
        ScriptedProvider third = new ScriptedProvider("third");
        third.disk = provider.disk;
        betterComes();
        AsyncFile file = openFile();
        better.holdAll();
        ControlBlock inFlight = write(file, "x", 0);
        FutureTask<Void> leaving = leaves(better);
        awaitHolding(file);
        instance().add(third, -5);

        Bounded.get(leaves(provider));
        better.release();

        Bounded.get(leaving);
        assertThat(success(inFlight)).isEqualTo(1);
        awaitAt(file, "third");
        assertThat(success(write(file, "y", 1))).isEqualTo(1);
    }

    @Test
    void aFileWhoseProviderLeavesWhileItIsBeingOpenedMovesToTheNext() throws Exception {
        betterComes();
        io();
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        better.script(new Script() {
            @Override
            void opening(OpenSpec spec) {
                opening.countDown();
                Bounded.await(go);
            }
        });
        FutureTask<AsyncFile> open = background(this::openFile);
        Bounded.await(opening);
        FutureTask<Void> leaving = leaves(better);
        await("it is no longer listed", () -> instance().providers().size() == 1);
        go.countDown();

        AsyncFile file = Bounded.get(open);
        Bounded.get(leaving);
        awaitAt(file, "scripted");
        assertThat(success(write(file, "x", 0))).isEqualTo(1);
    }

    @Test
    void theFilesOfABackendThatBreaksMoveToTheNextOneAndItEnds() throws Exception {
        betterComes();
        AsyncFile file = openFile();
        success(write(file, "one", 0));

        better.backend().breakDown("the ring is gone");
        awaitAt(file, "scripted");

        assertThat(success(write(file, "two", 3))).isEqualTo(3);
        await("the broken one has ended", () -> better.backend().isClosed());
        assertThat(io().provider().name()).isEqualTo("scripted");
    }

    @Test
    void aFileThatCameBackBeforeItsFormerDescriptorWasClosedMovesWithTheOthers() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AsyncFile file = openFile();
        provider.script(new Script() {
            @Override
            void closingFile() {
                Bounded.await(go);
            }
        });
        betterComes();
        awaitAt(file, "better");
        instance().rank(better, -10);
        awaitAt(file, "scripted");
        go.countDown();
        await(
                "the former descriptor is closed",
                () -> provider.backend().files().stream()
                                .filter(ScriptedFile::isClosed)
                                .count()
                        == 1);

        instance().remove(provider);

        assertThat(at(file)).isEqualTo("better");
        assertThat(success(write(file, "x", 0))).isEqualTo(1);
    }

    // ---- ranking and settling

    @Test
    void filesFollowTheRanking() throws Exception {
        instance().add(better, -10);
        AsyncFile file = openFile();
        success(write(file, "x", 0));

        instance().rank(better, 10);
        awaitAt(file, "better");
        instance().rank(better, -10);
        awaitAt(file, "scripted");

        assertThat(content(file)).isEqualTo("x");
    }

    @Test
    void toAProviderThatCameBackFilesMoveOnlyWhenItHasSettled() throws Exception {
        configure("swap.settle.ms", 300);
        betterComes();
        AsyncFile file = openFile();
        instance().remove(better);
        assertThat(at(file)).isEqualTo("scripted");

        long sinceNs = System.nanoTime();
        betterComes();
        assertThat(io().provider().name()).isEqualTo("better");
        awaitAt(file, "better");

        assertThat(System.nanoTime() - sinceNs).isGreaterThanOrEqualTo(300_000_000);
    }

    @Test
    void aFileThatIsBeingOpenedWhileABetterProviderComesMovesToIt() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        provider.script(new Script() {
            @Override
            void opening(OpenSpec spec) {
                opening.countDown();
                Bounded.await(go);
            }
        });
        io();
        FutureTask<AsyncFile> open = background(this::openFile);
        Bounded.await(opening);
        betterComes();
        go.countDown();

        awaitAt(Bounded.get(open), "better");
    }

    @Test
    void theEndOfTheInstanceDoesNotWaitForAMove() throws Exception {
        configure("swap.timeout.ms", 60_000);
        AsyncFile file = openFile();
        provider.holdAll();
        ControlBlock inFlight = write(file, "a", 0);
        betterComes();
        awaitHolding(file);
        FutureTask<Void> stopping = background(() -> {
            instance().stop();
            return null;
        });
        await("the move is given up", () -> ((OpenFile) file).move() == null);
        provider.release();

        Bounded.get(stopping);
        assertThat(io().error(inFlight)).isEqualTo(Errno.SUCCESS);
        assertThat(provider.backend().isClosed()).isTrue();
    }
}
