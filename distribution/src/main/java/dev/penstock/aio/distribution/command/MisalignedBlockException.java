package dev.penstock.aio.distribution.command;

import java.io.IOException;

/** Direct transfers between these two files need a block of another size. */
final class MisalignedBlockException extends IOException {
    private static final long serialVersionUID = 1L;

    MisalignedBlockException(int blockBytes, int alignmentBytes) {
        super("--block=" + blockBytes + " with --direct: must be a multiple of " + alignmentBytes);
    }
}
