package dev.penstock.aio.notification.fanout;

/** How long what somebody registers may last: until {@link FanOut#end} is called with it. */
public final class Lifetime {
    private volatile boolean over;

    /** Begins one. */
    public Lifetime() {}

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }
}
