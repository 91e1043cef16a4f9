package dev.penstock.aio.engine;

import dev.penstock.aio.Standalone;

/** The one user of an instance in plain Java: its end is the end of the instance. */
final class Program extends Consumer implements Standalone {
    Program(Engine engine) {
        super(engine, "the program");
    }

    @Override
    public void close() {
        end();
        engine().stop();
    }
}
