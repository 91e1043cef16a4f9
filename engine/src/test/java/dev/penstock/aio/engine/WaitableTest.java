package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitableTest {
    private static final int MANY = 100_000;

    private final Waitable waitable = new Waitable() {};

    @Test
    void whoComesLastAndWhoCameFirstGoAmongVeryMany() {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            threads.add(new Thread());
            waitable.enlist(threads.get(i));
        }

        waitable.delist(threads.get(0));
        waitable.delist(threads.get(MANY - 1));
        waitable.delist(new Thread());

        assertThat(waitable.isWaitedFor()).isTrue();
    }

    @Test
    void eachGoesOnceInAnyOrder() {
        List<Thread> threads = List.of(new Thread(), new Thread(), new Thread());
        for (int first = 0; first < threads.size(); first++) {
            threads.forEach(waitable::enlist);
            waitable.enlist(threads.get(first));

            for (int i = 0; i <= threads.size(); i++) {
                assertThat(waitable.isWaitedFor()).isTrue();
                waitable.delist(threads.get((first + i) % threads.size()));
            }

            assertThat(waitable.isWaitedFor()).isFalse();
        }
    }
}
