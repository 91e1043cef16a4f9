package dev.penstock.aio.engine;

import dev.penstock.aio.spi.TransferKind;

/**
 * What a thread that waits for requests carries out itself, where the lane can do that: one of them; or, if there is none and
 * one is a sync or an append that waits for writes of its file, one of those, whoever started it. Nobody may wait for them,
 * and the keeper comes later only, by a tick or two, or by 1.5 ms. No reads before a sync: one of somebody else's may take
 * long, and the wait be short.
 */
final class Helping {
    /** So many of the oldest are tried; most of those before them run already. */
    static final int TRIES = 8;

    private Helping() {}

    /**
     * Carries out a request in the caller.
     *
     * @param number of the request: the block may serve another one by now
     * @return false if it is none to be helped with, or somebody has begun it
     */
    static boolean help(Block block, long number) {
        long word = block.word();
        // A sync is carried out by a transfer of the file's own.
        return Life.number(word) == number
                && Life.state(word) == Life.IN_FLIGHT
                && !block.flight.isSync()
                && isCarriedOut(block, number);
    }

    private static boolean isCarriedOut(Block block, long number) {
        LaneDriver driver = block.driver;
        return driver != null && driver.help(block, number);
    }

    /** Whether a request seems to be a sync or an append that waits for others of its file. */
    static boolean mayWaitForOthers(Block block) {
        if (Life.state(block.word()) != Life.QUEUED) {
            return false;
        }
        // Another thread may start the block anew meanwhile: a hint, until the file has looked under its lock.
        Flight flight = block.flight;
        OpenFile file = flight.targetOrNull();
        return flight.isSync()
                || (flight.kind() == TransferKind.WRITE
                        && file != null
                        && file.spec().append());
    }

    /** Carries out one of the writes that a request waits for; false if there is none, or it waits for none. */
    static boolean helpBefore(Block waiting, long number) {
        OpenFile file = waiting.flight.targetOrNull();
        if (file == null) {
            return false;
        }
        for (int i = 0; i < TRIES; i++) {
            Block before = file.order().before(waiting, number, i);
            if (before == null) {
                return false;
            }
            long word = before.word();
            // It may have ended, and be a request to another file by now.
            if (before.flight.targetOrNull() == file && help(before, Life.number(word))) {
                return true;
            }
        }
        return false;
    }
}
