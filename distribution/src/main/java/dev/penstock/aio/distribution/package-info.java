/** Starts the framework of the distribution and runs what its bundles offer for the main thread. */
@NullMarked
package dev.penstock.aio.distribution;

import org.jspecify.annotations.NullMarked;
