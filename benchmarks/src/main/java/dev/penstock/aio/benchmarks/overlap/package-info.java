/** What a thread gets out of computing while its requests are carried out. */
@NullMarked
package dev.penstock.aio.benchmarks.overlap;

import org.jspecify.annotations.NullMarked;
