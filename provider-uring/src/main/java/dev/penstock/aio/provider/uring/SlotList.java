package dev.penstock.aio.provider.uring;

import org.jspecify.annotations.Nullable;

/** Slots in a row, threaded through themselves: a slot is in one list at a time. Guarded by whoever has it. */
final class SlotList {
    private @Nullable Slot first;
    private @Nullable Slot last;

    boolean isEmpty() {
        return first == null;
    }

    void add(Slot slot) {
        slot.next = null;
        if (last == null) {
            first = slot;
        } else {
            last.next = slot;
        }
        last = slot;
    }

    @Nullable
    Slot first() {
        return first;
    }

    @Nullable
    Slot poll() {
        Slot slot = first;
        if (slot != null) {
            first = slot.next;
            if (first == null) {
                last = null;
            }
            slot.next = null;
        }
        return slot;
    }

    /** Takes one out from anywhere; costs a walk to it. */
    void remove(Slot slot) {
        Slot before = null;
        for (Slot each = first; each != slot; each = each.next) {
            if (each == null) {
                throw new AssertionError("a slot is not in its list, state=" + slot.state);
            }
            before = each;
        }
        if (before == null) {
            first = slot.next;
        } else {
            before.next = slot.next;
        }
        if (last == slot) {
            last = before;
        }
        slot.next = null;
    }
}
