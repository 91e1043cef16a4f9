package dev.penstock.aio.notification.fanout;

/** How much a listener wants to be told: as much as there is, unless it asks for each completion. */
interface Appetite {
    /** Of a listener: without bound. */
    Appetite ENDLESS = () -> Long.MAX_VALUE;

    /** Returns how many completions may be told now, 0 or more. */
    long allowed();

    /** Whether it wants nothing any more, now or ever. */
    default boolean isOver() {
        return false;
    }

    /** The service ends, or whoever it was for. */
    default void complete() {}

    /** The listener was set aside. */
    default void setAside(String why) {}
}
