package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace();
    /** Close to where counter and clock wrap. */
    private int flushes = Integer.MAX_VALUE - 20;

    private long nowNs = Long.MAX_VALUE - 100_000;

    PaceTest() {
        pace.leavesToOthers(flushes, nowNs, true);
        pace.helpersKeepUp(flushes, 1, nowNs);
    }

    @Test
    void oneFlushSaysNothing() {
        assertThat(leavesAfter(1, 50_000, true)).isFalse();
        assertThat(pace.tickNs()).isEqualTo(50_000);
    }

    @Test
    void whoFlushesOftenOnTheAverageIsLeftAlone() {
        assertThat(leavesAfter(2, 400_000, true)).isTrue();
    }

    @Test
    void whoFlushesLessOftenOnTheAverageIsNot() {
        assertThat(leavesAfter(2, 400_001, true)).isFalse();
    }

    @Test
    void whoFlushesSeldomIsNotHoweverManyThereWere() {
        assertThat(leavesAfter(4, 1_000_000, true)).isFalse();
        assertThat(leavesAfter(5, 1_000_000, true)).isTrue();
    }

    @Test
    void everySecondTickGrowsWhileItGoesOnAndAllAreShortAgainWhenItStops() {
        long[] ticks = new long[12];
        for (int i = 0; i < ticks.length; i++) {
            leavesAfter(100, pace.tickNs(), true);
            ticks[i] = pace.tickNs();
        }
        assertThat(ticks)
                .containsExactly(
                        100_000, 400_000, 200_000, 400_000, 400_000, 400_000, 800_000, 400_000, 1_000_000, 400_000,
                        1_000_000, 400_000);

        leavesAfter(0, pace.tickNs(), true);
        assertThat(pace.tickNs()).isEqualTo(50_000);
        leavesAfter(100, pace.tickNs(), true);
        assertThat(pace.tickNs()).isEqualTo(100_000);
    }

    @Test
    void whoStopsIsFoundOutWithinALongTickAndAProbe() {
        for (int i = 0; i < 9; i++) {
            leavesAfter(100, pace.tickNs(), true);
        }
        assertThat(pace.tickNs()).isEqualTo(1_000_000);

        // They stopped in the midst of it.
        assertThat(leavesAfter(50, pace.tickNs(), true)).isTrue();
        assertThat(pace.tickNs()).isEqualTo(400_000);
        assertThat(leavesAfter(0, pace.tickNs(), true)).isFalse();
        assertThat(pace.tickNs()).isEqualTo(50_000);
    }

    @Test
    void oneFlushAfterALongTickShowsThatTheyHaveGoneOn() {
        for (int i = 0; i < 10; i++) {
            leavesAfter(100, pace.tickNs(), true);
        }

        assertThat(leavesAfter(1, 160_000, true)).isTrue();
        assertThat(pace.tickNs()).isEqualTo(1_000_000);
        assertThat(leavesAfter(1, 1_000_000, true)).isFalse();
    }

    @Test
    void aTickMayBeShorterThanTheTimeBetweenTwoFlushes() {
        assertThat(leavesAfter(1, 50_000, true)).isFalse();
        assertThat(leavesAfter(0, 50_000, true)).isFalse();
        assertThat(leavesAfter(0, 50_000, true)).isFalse();

        assertThat(leavesAfter(1, 50_000, true)).isTrue();
    }

    @Test
    void aFlushOfLongAgoDoesNotCount() {
        leavesAfter(1, 50_000, true);
        leavesAfter(0, 350_000, true);

        assertThat(leavesAfter(1, 50_000, true)).isFalse();
    }

    @Test
    void whatOthersDoNotDoIsNotLeftToThem() {
        leavesAfter(100, 50_000, true);

        assertThat(leavesAfter(100, 50_000, false)).isFalse();
        assertThat(pace.tickNs()).isEqualTo(50_000);
    }

    @Test
    void whenItBeginsAnewNothingOfBeforeCounts() {
        for (int i = 0; i < 9; i++) {
            leavesAfter(100, pace.tickNs(), true);
        }
        flushes += 100;
        nowNs += 500_000;

        pace.begin(flushes, nowNs);

        assertThat(pace.tickNs()).isEqualTo(50_000);
        assertThat(leavesAfter(1, 1_000, true)).isFalse();
        assertThat(leavesAfter(2, 50_000, true)).isTrue();
        assertThat(pace.tickNs()).isEqualTo(100_000);
    }

    private boolean leavesAfter(int more, long laterNs, boolean mayLeave) {
        flushes += more;
        nowNs += laterNs;
        return pace.leavesToOthers(flushes, nowNs, mayLeave);
    }

    @Test
    void helpersKeepUpWhileEachTakes25MicrosecondsAtMostOnTheAverage() {
        assertThat(keepUpAfter(0, 4, 50_000)).isFalse();
        assertThat(keepUpAfter(2, 4, 50_000)).isTrue();
        assertThat(keepUpAfter(2, 4, 50_001)).isFalse();
        assertThat(keepUpAfter(40, 4, 1_000_000)).isTrue();
        assertThat(keepUpAfter(39, 4, 1_000_000)).isFalse();
    }

    @Test
    void whoIsAloneWithHisOwnKeepsUpHoweverLongItTakes() {
        keepUpAfter(1, 1, 50_000);
        assertThat(keepUpAfter(1, 1, 10_000_000)).isTrue();
        assertThat(keepUpAfter(1, 2, 10_000_000)).isFalse();
    }

    @Test
    void thoseWhoDoNotComeDoNotKeepUpThoughNothingIsLeftToThem() {
        keepUpAfter(1, 1, 50_000);
        assertThat(keepUpAfter(0, 0, 50_000)).isFalse();
    }

    private boolean keepUpAfter(int more, int inFlight, long passedNs) {
        flushes += more;
        nowNs += passedNs;
        return pace.helpersKeepUp(flushes, inFlight, nowNs);
    }
}
