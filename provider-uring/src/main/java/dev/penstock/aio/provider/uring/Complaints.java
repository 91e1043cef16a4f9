package dev.penstock.aio.provider.uring;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** What is logged where nothing may be thrown: also if there is no memory for it, or a logger fails. */
final class Complaints {
    private Complaints() {}

    /** Logs an error, if that is possible. */
    @SuppressWarnings("EmptyCatch") // there is nobody left to be told
    static void tell(Logger log, String what, Object about, Throwable why) {
        try {
            log.log(Level.ERROR, what + ": " + about, why);
        } catch (RuntimeException | Error e) {
            // The transfer has ended with EIO, and tells.
        }
    }
}
