package dev.penstock.aio.notification.fanout;

import static dev.penstock.aio.notification.CompletionListener.BATCH;
import static dev.penstock.aio.notification.CompletionListener.ERRNO;
import static dev.penstock.aio.notification.CompletionListener.OPERATION;
import static dev.penstock.aio.notification.CompletionListener.PATH;
import static dev.penstock.aio.notification.CompletionListener.TAG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion.Operation;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TransferKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the properties of a listener let through, and what is refused. */
class FilterTest {
    private final FanOut fanOut = new FanOut(Settings.of(Map.of()));
    private final Ended read = new Ended(fanOut, "/data/journal/0001.log", 1);
    private final Ended failedWrite = new Ended(fanOut, "/data/index", 2)
            .kind(TransferKind.WRITE)
            .errno(Errno.EIO)
            .tag("index");

    @AfterEach
    void close() {
        fanOut.close();
    }

    private static boolean matches(Filter filter, Operation operation, Ended ended) {
        return filter.matches((TappedFile) ended) && filter.matches(operation) && filter.matches((EndedRequest) ended);
    }

    static List<Arguments> filters() {
        return List.of(
                Arguments.of(Map.of(), true, true),
                Arguments.of(Map.of(OPERATION, "READ"), true, false),
                Arguments.of(Map.of(OPERATION, new String[] {"WRITE", "SYNC"}), false, true),
                Arguments.of(Map.of(OPERATION, List.of("READ", "WRITE")), true, true),
                Arguments.of(Map.of(PATH, "/data/journal/*.log"), true, false),
                Arguments.of(Map.of(PATH, "/data/*"), false, true),
                Arguments.of(Map.of(PATH, "/data/**"), true, true),
                Arguments.of(Map.of(PATH, List.of("/nowhere", "/data/index")), false, true),
                Arguments.of(Map.of(ERRNO, "SUCCESS"), true, false),
                Arguments.of(Map.of(ERRNO, List.of("EIO", "ENOSPC")), false, true),
                Arguments.of(Map.of(TAG, "index"), false, true),
                Arguments.of(Map.of(TAG, "other"), false, false),
                Arguments.of(Map.of(CompletionListener.INSTANCE, "default"), true, true),
                Arguments.of(Map.of(CompletionListener.INSTANCE, "another"), false, false),
                Arguments.of(Map.of(OPERATION, "WRITE", ERRNO, "SUCCESS"), false, false),
                Arguments.of(Map.of("service.id", 7L, "component.name", "x"), true, true));
    }

    @ParameterizedTest
    @MethodSource("filters")
    void eachPropertyLetsThroughWhatOneOfItsValuesMatches(Map<String, ?> properties, boolean first, boolean second) {
        Filter filter = Filter.of(properties);

        assertThat(matches(filter, Operation.READ, read)).isEqualTo(first);
        assertThat(matches(filter, Operation.WRITE, failedWrite)).isEqualTo(second);
    }

    static List<Arguments> malformed() {
        return List.of(
                Arguments.of(OPERATION, "read", "READ"),
                Arguments.of(OPERATION, "", "not blank"),
                Arguments.of(OPERATION, 7, "text"),
                Arguments.of(OPERATION, new String[0], "one text or several"),
                Arguments.of(ERRNO, "EWHAT", "ENOSPC"),
                Arguments.of(PATH, "/data/{a", "glob"),
                Arguments.of(TAG, Arrays.asList("a", " "), "not blank"),
                Arguments.of(TAG, new String[] {"a", null}, "not blank"),
                Arguments.of("penstock.paths", "/data", PATH));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void aMalformedPropertyIsRefusedWithItsNameItsValueAndWhatItShouldBe(String name, Object value, String demand) {
        String shown = value instanceof String ? value.toString() : name;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Filter.of(Map.of(name, value)))
                .withMessageContaining(name)
                .withMessageContaining(name.equals("penstock.paths") ? name : shown)
                .withMessageContaining(demand);
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "65537", "many"})
    void aBatchOutOfItsBoundsIsRefused(String batch) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Filter.batch(Map.of(BATCH, batch)))
                .withMessageContaining(BATCH + "=" + batch);
    }

    @Test
    void filtersOfTheSameValuesAreEqualHoweverTheyAreGiven() {
        Filter one = Filter.of(Map.of(PATH, new String[] {"/a", "/b"}, OPERATION, "READ"));
        Filter same = Filter.of(Map.of(OPERATION, List.of("READ"), PATH, List.of("/b", "/a"), "service.id", 3L));

        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).hasToString(same.toString());
        assertThat(one).isNotEqualTo(Filter.of(Map.of(PATH, "/a", OPERATION, "READ")));
    }

    @Test
    void itsTextIsTheProperties() {
        assertThat(Filter.of(Map.of(PATH, List.of("/b", "/a"), ERRNO, "EIO")))
                .hasToString("penstock.path=/a,/b penstock.errno=EIO");
        assertThat(Filter.of(Map.of())).hasToString("");
    }
}
