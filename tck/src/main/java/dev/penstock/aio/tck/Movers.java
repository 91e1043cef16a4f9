package dev.penstock.aio.tck;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.aio.tck.TransferRecord.Event;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The threads that told the engine of the end of a transfer: none of them may run code of users. */
final class Movers {
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private Movers() {}

    /** Watches what passes from now on. */
    static Movers of(Faults faults) {
        Movers movers = new Movers();
        faults.observe(record -> {
            if (record.event() == Event.COMPLETED) {
                movers.threads.add(Thread.currentThread());
            }
        });
        return movers;
    }

    void assertNotAmong(Iterable<Thread> users) {
        assertFalse(threads.isEmpty(), "no transfer ended");
        for (Thread user : users) {
            assertFalse(threads.contains(user), () -> "user code ran on a thread that moves bytes: " + user);
        }
    }
}
