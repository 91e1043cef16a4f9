package dev.penstock.aio.benchmarks.loop;

/** Looks at something right before and right after a turn. */
public interface Meter {
    /** Looks at nothing. */
    Meter NONE = new Meter() {
        @Override
        public void begin() {}

        @Override
        public void end() {}
    };

    /** Called when all threads wait for the start. */
    void begin();

    /** Called when all threads are idle again. */
    void end();
}
