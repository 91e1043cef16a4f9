package dev.penstock.aio.distribution.command;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.FileOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Copies one file to another through {@link AsyncIo}.
 *
 * <p>A target that does not exist gets the permissions of the source and is removed again if the copy fails. A target
 * that exists is refused, or with {@code force} written over in place and cut to its new size at the end; if that
 * fails, it stays with what it then holds, and the message says so. Source and target must be two files, by whatever
 * names they are given.
 *
 * <p>The digest is of the bytes as they were read and handed to the write. The source's size is taken at the start; a
 * source that has another size at the end fails the copy.
 *
 * <p>With {@code direct} the last block is padded to the alignment and the target cut afterwards. A process that is
 * killed in between leaves zeros at the target's end.
 */
final class FileCopy {
    private static final String FILE_ATTRIBUTES = "FILE_ATTRIBUTES";
    private static final String LEFT_AS_IT_IS = " existed before and stays as it now is, in part written over";

    private final AsyncIo aio;
    private final Path from;
    private final Path to;
    private final CopyOptions options;
    private final Disturbance disturbance;

    FileCopy(AsyncIo aio, Path from, Path to, CopyOptions options) {
        this(aio, from, to, options, Disturbance.NONE);
    }

    /**
     * Does nothing yet.
     *
     * @param disturbance what goes on while bytes are moved
     */
    FileCopy(AsyncIo aio, Path from, Path to, CopyOptions options, Disturbance disturbance) {
        this.aio = aio;
        this.from = from;
        this.to = to;
        this.options = options;
        this.disturbance = disturbance;
    }

    /**
     * Copies.
     *
     * @throws MisalignedBlockException if direct transfers need a block of another size; nothing is left behind
     * @throws IOException if it failed
     * @throws InterruptedException if the thread was interrupted; the files are as after a failure
     */
    CopyResult run() throws IOException, InterruptedException {
        long beginNs = System.nanoTime();
        String provider = aio.provider().name();
        MessageDigest digest = sha256();
        try (AsyncFile source = aio.open(from, openOptions(READ))) {
            refuseSameFile();
            checkBlock(source);
            long size = source.size().await();
            Latencies latencies = copyTo(source, size, digest);
            long requests = latencies.count() + (options.sync() ? 1 : 0);
            String sha256 = HexFormat.of().formatHex(digest.digest());
            return new CopyResult(size, System.nanoTime() - beginNs, provider, requests, sha256, latencies, null);
        }
    }

    private Latencies copyTo(AsyncFile source, long size, MessageDigest digest)
            throws IOException, InterruptedException {
        try (CopyTarget target = CopyTarget.open(aio, to, openOptions(WRITE), options.force(), permissions())) {
            try {
                checkBlock(target.file());
                Latencies latencies = transfer(source, target.file(), size, digest);
                checkSize(source, size);
                target.finish(size, options.sync());
                return latencies;
            } catch (IOException e) {
                throw target.isMade() ? e : new IOException(e.getMessage() + "; " + to + LEFT_AS_IT_IS, e);
            } catch (InterruptedException e) {
                throw target.isMade() ? e : new InterruptedCopyException("interrupted; " + to + LEFT_AS_IT_IS, e);
            }
        }
    }

    private Latencies transfer(AsyncFile source, AsyncFile target, long size, MessageDigest digest)
            throws IOException, InterruptedException {
        try (Progress progress = new Progress("copy", size, disturbance::remark);
                CopyPipeline pipeline = new CopyPipeline(aio, source, target, size, options, digest, progress)) {
            disturbance.begin();
            try {
                pipeline.run();
            } finally {
                disturbance.end();
            }
            return pipeline.latencies();
        }
    }

    private void refuseSameFile() throws IOException {
        if (Files.exists(to) && Files.isSameFile(from, to)) {
            throw new IOException("from=" + from + " to=" + to + ": source and target are the same file");
        }
    }

    private void checkBlock(AsyncFile file) throws MisalignedBlockException {
        if (options.blockBytes() % file.alignmentBytes() != 0) {
            throw new MisalignedBlockException(options.blockBytes(), file.alignmentBytes());
        }
    }

    /** Also finds files that have no size of their own, such as those of procfs, which would be copied as empty. */
    private void checkSize(AsyncFile source, long size) throws IOException, InterruptedException {
        long sizeNow = source.size().await();
        if (sizeNow != size || (size == 0 && hasContent())) {
            throw new IOException("read file=" + from + ": the file changed while it was copied, or has no fixed size:"
                    + " size=" + size + " at first, size=" + sizeNow + " now");
        }
    }

    private boolean hasContent() throws IOException {
        try (var in = Files.newInputStream(from)) {
            return in.read() >= 0;
        }
    }

    private Set<OpenOption> openOptions(OpenOption access) {
        return options.direct() ? Set.of(access, FileOption.DIRECT) : Set.of(access);
    }

    private FileAttribute<?>[] permissions() throws IOException {
        PosixFileAttributeView posix = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        if (posix == null || !aio.provider().capabilities().contains(FILE_ATTRIBUTES)) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(posix.readAttributes().permissions())
        };
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
