package dev.penstock.aio.engine;

import dev.penstock.aio.CancelReport;
import dev.penstock.aio.CancelResult;

/** What became of the requests that a file had when all were to be canceled. */
record CancelCount(int canceled, int running, int done) implements CancelReport {
    @Override
    public CancelResult result() {
        if (running > 0) {
            return CancelResult.NOT_CANCELED;
        }
        return canceled > 0 ? CancelResult.CANCELED : CancelResult.ALL_DONE;
    }
}
