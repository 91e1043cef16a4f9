/**
 * Completions told to everyone who registered: monitoring, replication, indexing, auditing and caching learn of what
 * was read and written without touching the code that does the I/O.
 *
 * <p>A {@link dev.penstock.aio.notification.CompletionListener} is registered as a service, or by hand at
 * {@link dev.penstock.aio.notification.Notifications}. It can neither delay nor harm the I/O or another listener.
 */
@Export
@NullMarked
@Version("1.0.0")
package dev.penstock.aio.notification;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
