package dev.penstock.aio.itests;

import dev.penstock.aio.tck.Bounded;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The warnings that Penstock logs, in place of the console, until it is closed. */
final class WarningLog implements AutoCloseable {
    /** A field, for the platform forgets a logger that nobody holds. */
    private final Logger logger = Logger.getLogger("dev.penstock.aio");

    private final List<String> warnings = new CopyOnWriteArrayList<>();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().equals(Level.WARNING)) {
                warnings.add(line.getMessage());
            }
        }

        @Override
        public void flush() {
            // Nothing waits.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    WarningLog() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    /** Waits for a warning that says all of these texts. */
    void await(String... texts) {
        Bounded.await(
                "a warning with " + List.of(texts) + " in " + warnings,
                () -> warnings.stream()
                        .anyMatch(warning -> List.of(texts).stream().allMatch(warning::contains)));
    }

    /** Returns the warnings until now. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }
}
