package dev.penstock.aio.itests;

import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that keeps what it is told. */
final class Recorder implements CompletionListener {
    private final List<Completion> told = new CopyOnWriteArrayList<>();

    Recorder() {}

    @Override
    public void completed(Completion completion) {
        told.add(completion);
    }

    /** Returns what it was told until now. */
    List<Completion> told() {
        return List.copyOf(told);
    }

    /** Returns the tags of what it was told until now; {@code null} where there is none. */
    List<String> tags() {
        return told.stream().map(Completion::tag).toList();
    }

    /** Waits until it was told of a request with a tag. What came before is told by then, if it is told at all. */
    void awaitTag(String tag) {
        Bounded.await("tag=" + tag, () -> tags().contains(tag));
    }

    /** Waits until it was told as often as that. */
    void awaitCount(int count) {
        Bounded.await("count=" + count, () -> told.size() >= count);
    }
}
