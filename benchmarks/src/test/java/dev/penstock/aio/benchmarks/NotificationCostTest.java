package dev.penstock.aio.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outside JMH, only whether each set of listeners can be had. */
class NotificationCostTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "absent",
                "none",
                "asleep1",
                "matching1",
                "matching10",
                "matching100",
                "distinct10",
                "other1",
                "other10",
                "other100"
            })
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
