package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;

/** Refuses, before the open and without blocking, what is neither a regular file nor a block device. */
final class FileKind {
    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFBLK = 0060000;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFLNK = 0120000;

    private FileKind() {}

    static void check(ParsedOptions spec) throws AioException {
        LinkOption[] links = spec.noFollowLinks() ? new LinkOption[] {LinkOption.NOFOLLOW_LINKS} : new LinkOption[] {};
        if (spec.createNew()) {
            return;
        }
        if (Files.isDirectory(spec.path(), links)) {
            throw spec.refusal(Errno.EISDIR, "is a directory");
        }
        switch (type(spec, links)) {
            case 0, S_IFREG, S_IFBLK, S_IFLNK -> {}
            case S_IFDIR -> throw spec.refusal(Errno.EISDIR, "is a directory");
            default -> throw spec.refusal(Errno.EOPNOTSUPP, "is neither a regular file nor a block device");
        }
    }

    /** Returns the file's type, 0 if there is none or it cannot be told: then the open itself says why. */
    private static int type(ParsedOptions spec, LinkOption[] links) {
        try {
            return (int) Files.getAttribute(spec.path(), "unix:mode", links) & S_IFMT;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException unknown) {
            return 0;
        }
    }
}
