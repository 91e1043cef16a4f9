package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarningsTest {
    private final List<String> log = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1;
    private final Warnings warnings = new Warnings(() -> now, (fact, why) -> log.add(fact + "/" + why));
    private final Throwable why = new IllegalStateException("why");

    @Test
    void whatHappensAgainIsToldOnceInAPauseWithTheNumberOfThoseUntold() {
        for (int i = 0; i < 100; i++) {
            warnings.repeated("f", why);
        }
        assertThat(log).containsExactly("f/" + why);

        now += Warnings.PAUSE_NS;
        warnings.repeated("f", why);
        now += Warnings.PAUSE_NS;
        warnings.repeated("f", why);

        assertThat(log).containsExactly("f/" + why, "f (and 99 times since the last such entry)/" + why, "f/" + why);
    }

    @Test
    void oneFactDoesNotSilenceAnother() {
        warnings.repeated("f", why);
        warnings.repeated("g", why);
        warnings.once("g");
        warnings.once("g", why);

        assertThat(log).containsExactly("f/" + why, "g/" + why, "g/null", "g/" + why);
    }

    /** As one of a bundle that has stopped. */
    @Test
    void aLoggerThatFailsIsNotTheMatterOfWhoTells() {
        Warnings failing = new Warnings(() -> now, (fact, because) -> {
            log.add(fact);
            throw new IllegalStateException("the logger has gone");
        });

        failing.once("f");
        failing.once("g", why);
        failing.repeated("h", why);

        assertThat(log).containsExactly("f", "g", "h");
    }
}
