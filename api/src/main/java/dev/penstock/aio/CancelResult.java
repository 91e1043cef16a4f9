package dev.penstock.aio;

/** The answer of a cancel ({@code aio_cancel}); it always agrees with what the requests' status says afterwards. */
public enum CancelResult {
    /** Every request asked about was canceled: its status is {@link Errno#ECANCELED} ({@code AIO_CANCELED}). */
    CANCELED,
    /**
     * At least one is running and goes on as if nothing had been asked ({@code AIO_NOTCANCELED}). A later cancel may still
     * succeed, where the provider can take back what runs.
     */
    NOT_CANCELED,
    /** There was nothing left to cancel ({@code AIO_ALLDONE}). */
    ALL_DONE
}
