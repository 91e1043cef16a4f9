/**
 * What a provider of asynchronous I/O implements, and what the engine offers it.
 *
 * <p>A provider only moves bytes. Status, limits, order, the sync barrier, priorities, cancel, suspend, lists, close
 * and notification are the engine's, the same for every provider.
 */
@Export
@NullMarked
@Version("1.0.0")
package dev.penstock.aio.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
