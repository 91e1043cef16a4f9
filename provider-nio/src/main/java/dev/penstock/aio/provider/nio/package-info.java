/**
 * The provider {@code nio}: positional {@link java.nio.channels.FileChannel} on a bounded pool of threads. It needs
 * nothing but Java and serves where no other provider can.
 */
@NullMarked
package dev.penstock.aio.provider.nio;

import org.jspecify.annotations.NullMarked;
