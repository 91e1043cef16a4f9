package dev.penstock.aio.engine;

import org.jspecify.annotations.Nullable;

/**
 * A first-in-first-out list threaded through the blocks themselves: no allocation, removal from the middle at the
 * same cost. Each block has a link for every list it may be in at a time. Not safe for several threads; each list
 * says which lock guards it.
 *
 * <p>It writes as few references as it can. With thousands of blocks in flight they lie in several regions of the heap,
 * and there each reference written costs a fence.
 */
final class BlockList {
    /** A block's place in one list. */
    static final class Link {
        final Block block;
        private @Nullable Link before;
        private @Nullable Link after;
        /** The list that it was in last; that it is in if it {@link #isLinked}. */
        private @Nullable BlockList in;

        private boolean isLinked;

        Link(Block block) {
            this.block = block;
        }

        boolean isIn(BlockList list) {
            return isLinked && in == list;
        }

        /** Returns the block behind this one in the same list, or null. */
        @Nullable
        Block next() {
            return after == null ? null : after.block;
        }
    }

    private @Nullable Link head;
    private @Nullable Link tail;
    private int size;

    boolean isEmpty() {
        return head == null;
    }

    int size() {
        return size;
    }

    @Nullable
    Block first() {
        return head == null ? null : head.block;
    }

    void add(Link link) {
        if (link.isLinked) {
            throw new AssertionError(link.block + " is in another list");
        }
        if (link.in != this) {
            link.in = this;
        }
        link.isLinked = true;
        link.before = tail;
        if (tail == null) {
            head = link;
        } else {
            tail.after = link;
        }
        tail = link;
        size++;
    }

    void remove(Link link) {
        if (!link.isIn(this)) {
            throw new AssertionError(link.block + " is not in this list");
        }
        Link before = link.before;
        Link after = link.after;
        if (before == null) {
            head = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.before = before;
        }
        link.before = null;
        link.after = null;
        link.isLinked = false;
        size--;
    }

    /** Takes the first block out, or returns null. */
    @Nullable
    Block poll() {
        Link first = head;
        if (first == null) {
            return null;
        }
        remove(first);
        return first.block;
    }
}
