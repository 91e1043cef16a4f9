package dev.penstock.aio.engine;

import dev.penstock.aio.spi.TransferKind;

/**
 * What a thread that waits for a request carries out itself, where the lane can do that: the request; or, if that is a sync
 * or an append and waits for writes of its file, one of those, whoever started it. Nobody may wait for them, and the keeper
 * comes a tick or two later only. No reads before a sync: one of somebody else's may take long, and the wait be short.
 */
final class Helping {
    /** So many of the oldest are tried; those before them run already. */
    static final int TRIES = 8;

    private Helping() {}

    /**
     * Carries out a request in the caller, or one before it.
     *
     * @param number of the request: the block may serve another one by now
     * @return false if there is none to be helped with
     */
    static boolean help(Block block, long number) {
        long word = block.word();
        if (Life.number(word) != number) {
            return false;
        }
        return switch (Life.state(word)) {
            // A sync is carried out by a transfer of the file's own.
            case Life.IN_FLIGHT -> !block.flight.isSync() && isCarriedOut(block, number);
            case Life.QUEUED -> isOneBeforeCarriedOut(block, number);
            default -> false;
        };
    }

    private static boolean isCarriedOut(Block block, long number) {
        LaneDriver driver = block.driver;
        return driver != null && driver.help(block, number);
    }

    private static boolean isOneBeforeCarriedOut(Block waiting, long number) {
        // Another thread may start the block anew meanwhile: a hint, until the file has looked under its lock.
        Flight flight = waiting.flight;
        OpenFile file = flight.isSync() || flight.kind() == TransferKind.WRITE ? flight.targetOrNull() : null;
        if (file == null) {
            return false;
        }
        for (int i = 0; i < TRIES; i++) {
            Block before = file.order().before(waiting, number, i);
            if (before == null) {
                return false;
            }
            long word = before.word();
            boolean isWriteHere = before.flight.kind() == TransferKind.WRITE && before.flight.targetOrNull() == file;
            if (isWriteHere && Life.state(word) == Life.IN_FLIGHT && isCarriedOut(before, Life.number(word))) {
                return true;
            }
        }
        return false;
    }
}
