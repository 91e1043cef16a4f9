package dev.penstock.aio.notification.osgi;

import dev.penstock.aio.notification.fanout.FanOut;

/** How the bridge and the commands find the service; inside this bundle only. */
interface FanOutView {
    /** Returns the service. */
    FanOut fanOut();
}
