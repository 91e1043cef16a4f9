package dev.penstock.aio.provider.uring;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.OpenSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Opens one file as its specification says, by open(2). */
final class UringOpening {
    private static final int DEFAULT_MODE = 0666;
    /** Where the kernel does not tell what O_DIRECT demands: no file system is known to demand more. */
    private static final int DIRECT_BYTES = 4096;

    /** The part of a descriptor's flags that its duplicates share, and that says what it is good for. */
    private static final int MODE =
            Abi.O_ACCMODE | Abi.O_APPEND | Abi.O_NONBLOCK | Abi.O_DSYNC | Abi.O_SYNC | Abi.O_DIRECT | Abi.O_PATH;

    private final OpenSpec spec;

    UringOpening(OpenSpec spec) {
        this.spec = spec;
    }

    UringFile open() throws AioException {
        int mode = mode();
        byte[] path = bytes(spec.path());
        // Without O_NONBLOCK an open of a FIFO would wait for its other side.
        int opened = LibC.open(path, flags() | Abi.O_NONBLOCK, mode);
        // Somebody has a lease (fcntl(2)) of the file, which only a regular one can have: that is waited for.
        return file(check(opened == -Errno.EAGAIN.number() ? LibC.open(path, flags(), mode) : opened));
    }

    /** Opens what a descriptor of this process has open: by a duplicate if its mode is the right one. */
    UringFile takeOver(int descriptor) throws AioException {
        int mode = check(LibC.fcntl(descriptor, Abi.F_GETFL, 0));
        if ((mode & MODE) == (flags() & MODE)) {
            return file(check(LibC.fcntl(descriptor, Abi.F_DUPFD_CLOEXEC, 0)));
        }
        // The link is the file itself, whatever its path was, so it has to be followed.
        int flags = flags() & ~(Abi.O_NOFOLLOW | Abi.O_CREAT | Abi.O_EXCL | Abi.O_TRUNC);
        byte[] link = ("/proc/self/fd/" + descriptor).getBytes(StandardCharsets.US_ASCII);
        return file(check(LibC.open(link, flags | Abi.O_NONBLOCK, 0)));
    }

    private UringFile file(int fd) throws AioException {
        try {
            LibC.Status status = status(fd);
            requireKind(status);
            int mode = check(LibC.fcntl(fd, Abi.F_GETFL, 0));
            if ((mode & Abi.O_NONBLOCK) != 0) {
                check(LibC.fcntl(fd, Abi.F_SETFL, mode & ~Abi.O_NONBLOCK));
            }
            return new UringFile(fd, spec, alignment(status));
        } catch (AioException | RuntimeException | Error e) {
            int closed = LibC.close(fd);
            if (closed < 0) {
                e.addSuppressed(Errors.exception("close path=" + spec.path(), -closed));
            }
            throw e;
        }
    }

    private int check(int result) throws AioException {
        if (result < 0) {
            throw Errors.exception(spec.toString(), -result);
        }
        return result;
    }

    private LibC.Status status(int fd) throws AioException {
        LibC.Status status = LibC.statx(fd);
        check(status.error());
        return status;
    }

    /** The engine has looked before; between then and now the path may have come to name something else. */
    private void requireKind(LibC.Status status) throws AioException {
        switch (status.type()) {
            case Abi.S_IFREG, Abi.S_IFBLK -> {}
            case Abi.S_IFDIR -> throw new AioException(spec.toString(), Errno.EISDIR);
            default ->
                throw new AioException(
                        spec.toString(), Errno.EOPNOTSUPP, "is neither a regular file nor a block device");
        }
    }

    private int alignment(LibC.Status status) {
        if (!spec.direct()) {
            return 1;
        }
        return status.directBytes() > 0 ? status.directBytes() : DIRECT_BYTES;
    }

    private int flags() {
        int flags = Abi.O_CLOEXEC;
        if (spec.write()) {
            flags |= spec.read() ? Abi.O_RDWR : Abi.O_WRONLY;
        }
        flags |= spec.append() ? Abi.O_APPEND : 0;
        flags |= spec.create() ? Abi.O_CREAT : 0;
        flags |= spec.createNew() ? Abi.O_CREAT | Abi.O_EXCL : 0;
        flags |= spec.truncateExisting() && !spec.createNew() ? Abi.O_TRUNC : 0;
        flags |= spec.dsync() ? Abi.O_DSYNC : 0;
        flags |= spec.sync() ? Abi.O_SYNC : 0;
        flags |= spec.direct() ? Abi.O_DIRECT : 0;
        flags |= spec.noFollowLinks() ? Abi.O_NOFOLLOW : 0;
        return flags;
    }

    /** The permissions of a file that is created, before the process's umask. */
    private int mode() throws AioException {
        int mode = DEFAULT_MODE;
        for (FileAttribute<?> attribute : spec.attributes()) {
            if (!attribute.name().equals("posix:permissions") || !(attribute.value() instanceof Set<?> permissions)) {
                throw new AioException(
                        spec.toString(), Errno.EOPNOTSUPP, "the attribute " + attribute.name() + " is not supported");
            }
            mode = 0;
            for (Object permission : permissions) {
                mode |= bit((PosixFilePermission) permission);
            }
        }
        return mode;
    }

    private static int bit(PosixFilePermission permission) {
        return switch (permission) {
            case OWNER_READ -> 0400;
            case OWNER_WRITE -> 0200;
            case OWNER_EXECUTE -> 0100;
            case GROUP_READ -> 040;
            case GROUP_WRITE -> 020;
            case GROUP_EXECUTE -> 010;
            case OTHERS_READ -> 04;
            case OTHERS_WRITE -> 02;
            case OTHERS_EXECUTE -> 01;
        };
    }

    /** Returns a path's own bytes, which only its URI tells exactly: a name need not be text in the JVM's charset. */
    static byte[] bytes(Path path) {
        String encoded = path.toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
