package dev.penstock.aio.engine.osgi;

import dev.penstock.aio.engine.Instance;

/** How the commands find the instances; a service inside this bundle only. */
interface InstanceView {
    /** Returns the instance. */
    Instance instance();
}
