package dev.penstock.aio.distribution.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "64k, 65536",
        "64K, 65536",
        "64KiB, 65536",
        "256M, 268435456",
        "1GB, 1073741824",
        "2t, 2199023255552",
        "8388607T, 9223370937343148032"
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "1.5M", "1q", "0x10", "1 2", "8388608T", "9223372036854775808"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Sizes.parse(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void aRateCountsPartsOfASecond() {
        assertThat(Sizes.rate(10 << 20, 250_000_000)).isEqualTo("40.0 MiB/s");
        assertThat(Sizes.rate(0, 0)).isEqualTo("0 B/s");
    }

    @Test
    void writesTheLargestUnitThatLeavesOneOrMore() {
        assertThat(Sizes.format(1023)).isEqualTo("1023 B");
        assertThat(Sizes.format(1024)).isEqualTo("1.0 KiB");
        assertThat(Sizes.format(3 << 19)).isEqualTo("1.5 MiB");
        assertThat(Sizes.format(256 << 20)).isEqualTo("256.0 MiB");
        assertThat(Sizes.format(5L << 40)).isEqualTo("5.0 TiB");
    }
}
