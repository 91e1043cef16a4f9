/**
 * The fan-out: filters, queues and threads between the completions of the engine and the listeners. It knows nothing of
 * a container.
 */
@NullMarked
package dev.penstock.aio.notification.fanout;

import org.jspecify.annotations.NullMarked;
