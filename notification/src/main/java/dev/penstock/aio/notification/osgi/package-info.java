/** The notification service in a container: its components, its bridges and its commands. Plain Java never loads this. */
@NullMarked
package dev.penstock.aio.notification.osgi;

import org.jspecify.annotations.NullMarked;
