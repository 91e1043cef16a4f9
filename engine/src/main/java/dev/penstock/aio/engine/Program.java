package dev.penstock.aio.engine;

import dev.penstock.aio.Standalone;
import dev.penstock.aio.spi.CompletionTap;
import dev.penstock.aio.spi.TappedFile;
import dev.penstock.aio.spi.TappedInstance;
import org.jspecify.annotations.Nullable;

/** The one user of an instance in plain Java: its end is the end of the instance. */
final class Program extends Consumer implements Standalone, TappedInstance {
    /** Guarded by this. */
    private @Nullable CompletionTap tap;

    Program(Engine engine) {
        super(engine, "the program", TappedFile.PROGRAM);
    }

    @Override
    public synchronized void tap(@Nullable CompletionTap newTap) {
        if (newTap != null) {
            engine().tapPoint().put(newTap);
        } else if (tap != null) {
            engine().tapPoint().remove(tap);
        }
        tap = newTap;
    }

    @Override
    public void close() {
        end();
        engine().stop();
    }
}
