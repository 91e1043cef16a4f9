package dev.penstock.aio.itests;

import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventHandler;

/** Keeps the events of Penstock that Event Admin delivers. */
final class EventLog implements EventHandler {
    private static final String TOPICS = "dev/penstock/aio/";

    private final List<Event> events = new CopyOnWriteArrayList<>();

    EventLog() {}

    @Override
    public void handleEvent(Event event) {
        events.add(event);
    }

    /** Returns the events of a topic until now. */
    List<Event> of(String topic) {
        return events.stream()
                .filter(event -> event.getTopic().equals(TOPICS + topic))
                .toList();
    }

    /** Waits for an event, and returns the first of its topic. */
    Event await(String topic) {
        Bounded.await(topic + " in " + events, () -> !of(topic).isEmpty());
        return of(topic).get(0);
    }
}
