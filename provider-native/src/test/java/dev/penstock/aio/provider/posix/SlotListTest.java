package dev.penstock.aio.provider.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotListTest {
    private final SlotList list = new SlotList();
    private final Slot a = new Slot(MemorySegment.NULL);
    private final Slot b = new Slot(MemorySegment.NULL);
    private final Slot c = new Slot(MemorySegment.NULL);

    private void fill() {
        list.add(a);
        list.add(b);
        list.add(c);
    }

    private List<Slot> drained() {
        List<Slot> drained = new ArrayList<>();
        for (Slot slot = list.poll(); slot != null; slot = list.poll()) {
            drained.add(slot);
        }
        assertThat(list.isEmpty()).isTrue();
        assertThat(list.size()).isZero();
        assertThat(list.last()).isNull();
        return drained;
    }

    @Test
    void whatWasAddedIsPolledInItsOrder() {
        fill();

        assertThat(list.size()).isEqualTo(3);
        assertThat(list.first()).isSameAs(a);
        assertThat(list.last()).isSameAs(c);
        assertThat(drained()).containsExactly(a, b, c);
    }

    @Test
    void oneIsTakenOutFromAnywhere() {
        fill();
        list.remove(b);
        assertThat(drained()).containsExactly(a, c);
        fill();
        list.remove(a);
        assertThat(drained()).containsExactly(b, c);
        fill();
        list.remove(c);
        assertThat(list.last()).isSameAs(b);
        assertThat(drained()).containsExactly(a, b);
    }

    @Test
    void theOnlyOneIsTakenOutAndAnotherAdded() {
        list.add(a);
        list.remove(a);
        list.add(b);

        assertThat(drained()).containsExactly(b);
    }

    @Test
    void whatWasTakenOutMayGoIntoAnotherList() {
        fill();
        list.remove(b);
        SlotList other = new SlotList();
        other.add(b);

        assertThat(other.first()).isSameAs(b);
        assertThat(b.next).isNull();
    }

    @Test
    void removingWhatIsNotThereIsOurMistake() {
        list.add(a);

        assertThatThrownBy(() -> list.remove(b))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("FREE");
    }
}
