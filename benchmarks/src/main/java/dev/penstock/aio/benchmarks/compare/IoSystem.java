package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.PatternFile;
import dev.penstock.aio.benchmarks.loop.Work;

/** One that is compared. */
interface IoSystem {
    /** {@return a short name, which the tables show} */
    String name();

    /** {@return whether it has what the work asks for} */
    boolean does(Work work);

    /**
     * Gets ready to do a work.
     *
     * @param file filled, as the work's block size says
     * @throws Exception if it cannot; the message goes into the table
     */
    Run start(Work work, PatternFile file) throws Exception;
}
