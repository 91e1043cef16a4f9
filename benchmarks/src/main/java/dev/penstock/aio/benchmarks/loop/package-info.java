/** Loops that keep requests in flight from one thread, for the JMH benchmarks and for the comparison. */
@NullMarked
package dev.penstock.aio.benchmarks.loop;

import org.jspecify.annotations.NullMarked;
