package dev.penstock.aio.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

/** Outside JMH, only whether each set of listeners can be had. */
class NotificationCostTest {
    private static String[] listeners() throws NoSuchFieldException {
        return NotificationCost.class
                .getField("listeners")
                .getAnnotation(Param.class)
                .value();
    }

    @ParameterizedTest
    @MethodSource("listeners")
    void requestsEndWhoeverListens(String listeners) throws Exception {
        NotificationCost cost = new NotificationCost();
        cost.listeners = listeners;
        cost.start();
        try {
            for (int i = 0; i < 1000; i++) {
                assertThat(cost.request()).isEqualTo(1);
            }
        } finally {
            cost.stop();
        }
    }
}
