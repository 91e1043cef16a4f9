/**
 * POSIX asynchronous I/O for users: the service {@link dev.penstock.aio.AsyncIo}, open files, control blocks,
 * requests, leases, completion queues and the values they speak of.
 *
 * <p>Names follow {@code <aio.h>}; what differs from it, and why, is in the project's {@code docs/posix-mapping.md}.
 */
@Export
@NullMarked
@Version("1.0.0")
package dev.penstock.aio;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
