/**
 * A provider that moves bytes by the operating system's POSIX asynchronous I/O, the {@code aio_*} functions of glibc.
 *
 * <p>C names keep their C spelling here, so that a manual page can be held beside the code.
 */
@NullMarked
package dev.penstock.aio.provider.posix;

import org.jspecify.annotations.NullMarked;
