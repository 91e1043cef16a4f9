package dev.penstock.aio.provider.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.tck.system.TestSpec;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BusyLinesTest {
    private final BusyLines busy = new BusyLines(3);
    private final PosixFile file = new PosixFile(-1, new TestSpec(Path.of("test")), 1, 1, 3, new AtomicInteger());
    private final Line a = new Line(file, 1);
    private final Line b = new Line(file, 2);
    private final Line c = new Line(file, 3);

    private static Slot slot() {
        return new Slot(MemorySegment.NULL);
    }

    private void leave(Line line) {
        line.requests().poll();
        busy.left(line);
    }

    @Test
    void aLineIsBusyOnceHoweverManyWaitInIt() {
        busy.enter(a, slot());
        busy.enter(a, slot());
        assertThat(busy.count()).isEqualTo(1);

        leave(a);
        assertThat(busy.count()).isEqualTo(1);
        leave(a);
        assertThat(busy.count()).isZero();
        assertThat(a.busyIndex).isEqualTo(-1);
    }

    @Test
    void theLastOneTakesThePlaceOfOneThatGetsIdle() {
        busy.enter(a, slot());
        busy.enter(b, slot());
        busy.enter(c, slot());

        leave(a);

        assertThat(busy.count()).isEqualTo(2);
        assertThat(busy.get(0)).isSameAs(c);
        assertThat(busy.get(1)).isSameAs(b);
        assertThat(c.busyIndex).isZero();
        leave(b);
        leave(c);
        assertThat(busy.count()).isZero();
    }

    @Test
    void aLineThatWasIdleMayBecomeBusyAgain() {
        busy.enter(a, slot());
        busy.enter(b, slot());
        leave(b);
        leave(a);

        busy.enter(b, slot());

        assertThat(busy.get(0)).isSameAs(b);
        assertThat(b.busyIndex).isZero();
    }
}
