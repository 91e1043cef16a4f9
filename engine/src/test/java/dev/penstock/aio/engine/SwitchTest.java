package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.spi.ProviderSwitch;
import dev.penstock.aio.spi.ProviderSwitch.Cause;
import dev.penstock.aio.tck.Bounded;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How a change among the providers is told. */
class SwitchTest extends SwapTest {
    private final RecordingTap tap = new RecordingTap();

    private void nobodyLooksAtFilesAnyMore() {
        await(
                "idle movers",
                () -> threadsOfTheInstance().stream()
                        .filter(each -> each.getName().contains("-mover-"))
                        .allMatch(each -> each.getState() == Thread.State.TIMED_WAITING));
    }

    private ProviderSwitch next() {
        await("a switch is told", () -> !tap.switches.isEmpty());
        return tap.switches.remove(0);
    }

    @Test
    void eachChangeIsToldOnceWithWhatBecameOfTheFiles() throws Exception {
        AsyncFile first = openFile();
        AsyncFile second = openFile();
        success(write(first, "x", 0));
        success(write(second, "y", 0));
        instance().tap(tap);

        betterComes();
        ProviderSwitch arrived = next();
        assertThat(arrived.cause()).isEqualTo(Cause.ARRIVED);
        assertThat(arrived.instance()).isEqualTo(io().name());
        assertThat(arrived.provider()).isEqualTo("better");
        assertThat(arrived.providers()).containsExactly("better", "scripted");
        assertThat(arrived.filesMoved()).isEqualTo(2);
        assertThat(arrived.filesLeft()).isZero();
        assertThat(arrived.longestPauseNs()).isPositive();

        instance().rank(better, -10);
        ProviderSwitch ranked = next();
        assertThat(ranked.cause()).isEqualTo(Cause.RANKED);
        assertThat(ranked.providers()).containsExactly("scripted", "better");
        assertThat(ranked.filesMoved()).isEqualTo(2);

        instance().remove(provider);
        ProviderSwitch left = next();
        assertThat(left.cause()).isEqualTo(Cause.LEFT);
        assertThat(left.provider()).isEqualTo("scripted");
        assertThat(left.providers()).containsExactly("better");
        assertThat(left.filesMoved()).isEqualTo(2);
        assertThat(tap.switches).isEmpty();
    }

    /** The thread that looks at files for a change may come late; here there is only one, for all that is to be done. */
    @Test
    void aFileThatIsOpenedAfterAChangeIsNotMovedByIt() throws Exception {
        OpenFile closed = (OpenFile) openFile();
        closed.close();
        Mover mover = closed.consumer().engine().mover();
        CountDownLatch releaseOne = new CountDownLatch(1);
        CountDownLatch releaseOthers = new CountDownLatch(1);
        mover.open(() -> Bounded.await(releaseOne));
        for (int i = 1; i < Mover.THREADS; i++) {
            mover.open(() -> Bounded.await(releaseOthers));
        }
        instance().tap(tap);
        instance().add(new ScriptedProvider("worse"), -10);
        AsyncFile file = openFile();
        betterComes();

        releaseOne.countDown();

        assertThat(next().filesMoved()).isEqualTo(1);
        awaitAt(file, "better");
        releaseOthers.countDown();
        nobodyLooksAtFilesAnyMore();
        assertThat(tap.switches).isEmpty();
    }

    @Test
    void aFileThatStaysIsCountedAsLeft() throws Exception {
        better.takesOver = false;
        AsyncFile file = openFile();
        Files.delete(file.path());
        instance().tap(tap);

        betterComes();

        ProviderSwitch arrived = next();
        assertThat(arrived.filesMoved()).isZero();
        assertThat(arrived.filesLeft()).isEqualTo(1);
        assertThat(arrived.longestPauseNs()).isZero();
    }

    @Test
    void aBackendThatBreaksIsACauseOfItsOwn() throws Exception {
        instance().tap(tap);
        betterComes();
        assertThat(next().cause()).isEqualTo(Cause.ARRIVED);
        AsyncFile file = openFile();
        success(write(file, "x", 0));

        better.backend().breakDown("the ring is gone");

        ProviderSwitch broken = next();
        assertThat(broken.cause()).isEqualTo(Cause.BROKEN);
        assertThat(broken.provider()).isEqualTo("better");
        assertThat(broken.providers()).containsExactly("scripted");
        assertThat(broken.filesMoved()).isEqualTo(1);
    }

    /** As one does that refuses whatever is started, and is tried again each time. */
    @Test
    void aBackendThatSaysAgainAndAgainThatItIsBrokenIsHeardOnce() throws Exception {
        instance().tap(tap);
        betterComes();
        assertThat(next().cause()).isEqualTo(Cause.ARRIVED);
        AsyncFile file = openFile();
        success(write(file, "x", 0));

        for (int i = 0; i < 100; i++) {
            better.backend().breakDown("the ring is gone, " + i);
        }

        assertThat(next().filesMoved()).isEqualTo(1);
        assertThat(warnings())
                .filteredOn(warning -> warning.contains("is broken"))
                .containsExactly("provider better is broken: the ring is gone, 0");
        nobodyLooksAtFilesAnyMore();
        assertThat(tap.switches).isEmpty();
    }

    @Test
    void withoutFilesOnlyAChangeOfTheBestIsTold() throws Exception {
        instance().tap(tap);
        ScriptedProvider worse = new ScriptedProvider("worse");
        instance().add(worse, -10);
        betterComes();

        assertThat(next().providers()).containsExactly("better", "scripted", "worse");
        instance().remove(worse);
        instance().remove(better);

        assertThat(next().providers()).containsExactly("scripted");
        assertThat(tap.switches).isEmpty();
    }
}
