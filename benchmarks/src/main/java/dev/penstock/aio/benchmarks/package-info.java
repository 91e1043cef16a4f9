/** JMH benchmarks. What they measured is in docs/adr; compare only figures of one run. */
@NullMarked
package dev.penstock.aio.benchmarks;

import org.jspecify.annotations.NullMarked;
