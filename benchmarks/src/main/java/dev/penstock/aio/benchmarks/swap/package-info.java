/** What a change of provider costs those who are at work. */
@NullMarked
package dev.penstock.aio.benchmarks.swap;

import org.jspecify.annotations.NullMarked;
