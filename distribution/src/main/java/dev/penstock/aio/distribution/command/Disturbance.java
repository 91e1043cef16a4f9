package dev.penstock.aio.distribution.command;

import java.io.IOException;

/** What is done to the container while bytes are moved. */
interface Disturbance {
    /** Nothing. */
    Disturbance NONE = new Disturbance() {
        @Override
        public void begin() {
            // It does not begin.
        }

        @Override
        public void end() {
            // It did not begin.
        }

        @Override
        public String remark() {
            return "";
        }
    };

    /** Begins; the files are open. */
    void begin();

    /**
     * Ends it, and leaves everything as it was before, also if the thread is interrupted.
     *
     * @throws IOException if that cannot be
     */
    void end() throws IOException;

    /** Returns what is to be told beside the progress; by any thread. */
    String remark();
}
