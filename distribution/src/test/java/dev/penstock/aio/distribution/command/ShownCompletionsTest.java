package dev.penstock.aio.distribution.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.notification.Completion;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How many lines are shown of completions, by a clock of the test's own. */
class ShownCompletionsTest {
    private static final long SECOND_NS = 1_000_000_000;

    private final AtomicLong nowNs = new AtomicLong(Long.MAX_VALUE - 5);
    private final List<String> lines = new ArrayList<>();
    private final ShownCompletions shown = new ShownCompletions(lines::add, nowNs::get);

    @Test
    void aFewAreShownAsTheyHappen() {
        complete(1, 20);

        assertThat(lines).isEqualTo(numbered(1, 20));
    }

    @Test
    void moreThanTwentyInASecondAreLeftOutAndCounted() {
        complete(1, 100);
        nowNs.addAndGet(SECOND_NS - 1);
        complete(101, 200);

        assertThat(lines).isEqualTo(numbered(1, 20));

        shown.end();

        assertThat(lines).hasSize(22).endsWith("... and 180 more", "20 of 200 completions shown");
    }

    @Test
    void theNextSecondBeginsWithHowManyWereLeftOutWhichIsALineOfItsTwenty() {
        complete(1, 100);
        nowNs.addAndGet(SECOND_NS);
        complete(101, 200);

        List<String> second = lines.subList(20, lines.size());
        assertThat(second).hasSize(20).startsWith("... and 80 more", "101").endsWith("119");

        shown.end();

        assertThat(lines).endsWith("... and 81 more", "39 of 200 completions shown");
    }

    @Test
    void aSecondInWhichNothingWasLeftOutIsFollowedByCompletionsAlone() {
        complete(1, 7);
        nowNs.addAndGet(3 * SECOND_NS);
        complete(8, 27);
        shown.end();

        assertThat(lines).startsWith(numbered(1, 27).toArray(String[]::new)).endsWith("27 of 27 completions shown");
    }

    @Test
    void whatItMissedIsCountedAsLeftOut() {
        complete(1, 3);
        shown.missed(40);
        shown.end();

        assertThat(lines).containsExactly("1", "2", "3", "... and 40 more", "3 of 43 completions shown");
        assertThat(shown.seen()).isEqualTo(43);
    }

    @Test
    void nothingIsShownOfNothing() {
        shown.end();

        assertThat(lines).containsExactly("0 of 0 completions shown");
    }

    private void complete(int from, int to) {
        numbered(from, to).forEach(text -> shown.completed(completion(text)));
    }

    private static List<String> numbered(int from, int to) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            numbers.add(Integer.toString(i));
        }
        return numbers;
    }

    private static Completion completion(String text) {
        return (Completion) Proxy.newProxyInstance(
                Completion.class.getClassLoader(), new Class<?>[] {Completion.class}, (self, method, arguments) -> {
                    if (method.getName().equals("toString")) {
                        return text;
                    }
                    throw new AssertionError("only its line is wanted, not " + method);
                });
    }
}
