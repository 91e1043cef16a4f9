package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FioResultTest {
    private static final String LATENCIES = "{\"percentile\": {\"50.000000\": 1, \"99.000000\": 2, \"99.900000\": 3}}";

    private static String json(int error, int requests, String latencies) {
        return "{\"fio version\": \"fio-3.33\", \"jobs\": [{\"error\": " + error + ", \"mixed\": {\"total_ios\": "
                + requests + ", \"runtime\": 300, \"lat_ns\": " + latencies + "}}]}";
    }

    @Test
    void whatFioTellsIsReadAlsoBehindANote() throws IOException {
        FioResult result = FioResult.parse("note: both iodepth >= 1 and synchronous I/O\n" + json(0, 42, LATENCIES));

        assertThat(result).isEqualTo(new FioResult(42, 300, new Percentiles(1, 2, 3)));
    }

    @Test
    void whoDidNotLookAtLatenciesHasNone() throws IOException {
        assertThat(FioResult.parse(json(0, 42, "{}")).latencies()).isNull();
    }

    @Test
    void aPercentileThatWasAskedForAndIsMissingIsAnError() {
        assertThatThrownBy(() -> FioResult.parse(json(0, 42, LATENCIES.replace("99.900000", "99.950000"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("99.900000");
    }

    @ParameterizedTest
    @CsvSource({"5, 42, error 5", "0, 0, did nothing"})
    void anErrorAndNoRequestsAreErrors(int error, int requests, String message) {
        assertThatThrownBy(() -> FioResult.parse(json(error, requests, LATENCIES)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatIsNoJsonIsAnError() {
        assertThatThrownBy(() -> FioResult.parse("fio: engine io_uring not loadable"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not loadable");
    }
}
