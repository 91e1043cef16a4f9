package dev.penstock.aio.notification.fanout;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What is logged for operators, until it is closed. */
final class Log extends Handler implements AutoCloseable {
    /** Held, because loggers are collectable. */
    private final Logger logger = Logger.getLogger("dev.penstock.aio");

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private final Runnable publishing;

    Log() {
        this(() -> {});
    }

    /** Runs something for each line. */
    Log(Runnable publishing) {
        this.publishing = publishing;
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(line.getMessage());
        publishing.run();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
