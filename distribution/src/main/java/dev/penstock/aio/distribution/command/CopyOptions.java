package dev.penstock.aio.distribution.command;

/**
 * How to copy.
 *
 * @param depth how many blocks may be under way at a time, 1 or more
 * @param blockBytes the size of a block, 1 or more
 * @param direct whether to go past the page cache
 * @param sync whether to bring the target to storage at the end
 * @param force whether to write over an existing target
 */
record CopyOptions(int depth, int blockBytes, boolean direct, boolean sync, boolean force) {}
