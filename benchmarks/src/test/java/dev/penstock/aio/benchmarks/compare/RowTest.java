package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void aRatioIsTheMedianOfTheRoundsRatios() {
        Row slow = row(100, 10, 100);
        Row fast = row(200, 30, 100);

        assertThat(fast.ratioTo(slow)).isEqualTo(2);
        assertThat(fast.rates()).isEqualTo(new Median(100, 30, 200));
    }

    @Test
    void whatFailedHasNoRatio() {
        Row failed = row(100, 10, 100);
        failed.fail("at last");

        assertThat(failed.ratioTo(row(1, 1, 1))).isNaN();
        assertThat(row(1, 1, 1).ratioTo(failed)).isNaN();
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetween() {
        assertThat(row(1, 4, 3, 100).rates().value()).isEqualTo(3.5);
    }

    @Test
    void processorTimeIsThatOfAllRoundsTogether() {
        Row row = row(1, 3);

        assertThat(row.userNsPerRequest()).isEqualTo(1.5 * SECOND);
        assertThat(row.systemNsPerRequest()).isEqualTo(0.5 * SECOND);
    }

    @Test
    void whatNobodyKnowsIsNoNumber() {
        Row row = new Row(Works.named("write-sync-4k"), "some");
        row.add(new Sample(1, SECOND, Cpu.UNKNOWN, -1));
        row.addLatencies(null);

        assertThat(row.latency(Percentiles::p50Ns).value()).isNaN();
        assertThat(row.userNsPerRequest()).isNaN();
        assertThat(row.allocatedBytesPerRequest()).isNaN();
    }

    @Test
    void aSampleIsTheSameAfterItsLine() {
        Sample sample = new Sample(1, 2, new Cpu(3, 4), -5);

        assertThat(Sample.parse(sample.line())).isEqualTo(sample);
    }

    private static Row row(long... requests) {
        Row row = new Row(Works.named("write-sync-4k"), "some");
        for (long count : requests) {
            row.add(new Sample(count, SECOND, new Cpu(3 * SECOND, SECOND), 0));
        }
        return row;
    }
}
