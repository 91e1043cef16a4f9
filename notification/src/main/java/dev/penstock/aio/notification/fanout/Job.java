package dev.penstock.aio.notification.fanout;

/** Something that runs code of users on a thread of the pool. */
@FunctionalInterface
interface Job {
    void run();
}
