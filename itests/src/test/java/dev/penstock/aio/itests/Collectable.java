package dev.penstock.aio.itests;

import dev.penstock.aio.tck.Bounded;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/** Objects that nothing may hold any more when they are asked about. */
final class Collectable {
    private final List<WeakReference<Object>> references = new ArrayList<>();

    void add(Object object) {
        references.add(new WeakReference<>(object));
    }

    /** Waits until every one of them is collected. */
    void awaitCollected(String what) {
        Bounded.await(what + " to be collected", () -> {
            System.gc();
            return alive() == 0;
        });
    }

    /** Returns how many are still there. */
    long alive() {
        return references.stream().filter(reference -> reference.get() != null).count();
    }
}
