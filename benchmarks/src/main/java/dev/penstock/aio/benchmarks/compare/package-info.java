/** The side-by-side comparison of our providers with what users could pick instead. */
@NullMarked
package dev.penstock.aio.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
