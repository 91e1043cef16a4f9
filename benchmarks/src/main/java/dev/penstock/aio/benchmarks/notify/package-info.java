/** What listeners get of the completions, and what they cost the I/O. */
@NullMarked
package dev.penstock.aio.benchmarks.notify;

import org.jspecify.annotations.NullMarked;
