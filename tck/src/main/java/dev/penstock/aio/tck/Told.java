package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.aio.CompletionCallback;
import dev.penstock.aio.Notification;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A callback that remembers what it was told. */
public final class Told implements CompletionCallback {
    private final List<Notification> notifications = new CopyOnWriteArrayList<>();

    /** Makes a callback that was told nothing yet. */
    public Told() {}

    @Override
    public void completed(Notification notification) {
        notifications.add(notification);
    }

    /** Returns what was told until now, in order. */
    public List<Notification> all() {
        return List.copyOf(notifications);
    }

    /** Returns how often it was told until now. */
    public int count() {
        return notifications.size();
    }

    /** Waits until it was told so often, and returns what. */
    public List<Notification> await(int count) {
        Bounded.await("told " + count + " times", () -> notifications.size() >= count);
        return all();
    }

    /** Waits until it was told once, and returns what. */
    public Notification awaitOne() {
        return await(1).get(0);
    }

    /** Asserts that it was told so often, and no more. To be asked when nothing more can come. */
    public void assertCount(int expected) {
        assertEquals(expected, notifications.size(), () -> "told " + notifications);
    }
}
