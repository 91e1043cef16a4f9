/**
 * A provider that moves bytes by io_uring, with system calls alone: no liburing, and no native file of its own.
 *
 * <p>C names keep their C spelling here, so that a manual page can be held beside the code.
 */
@NullMarked
package dev.penstock.aio.provider.uring;

import org.jspecify.annotations.NullMarked;
