package dev.penstock.aio.distribution.command;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Makes a file of random bytes, and digests a file, by blocking streams. These are streams that an interrupt does not
 * close: an interrupt is seen between two chunks.
 */
final class RandomFile {
    private static final int CHUNK_BYTES = 1 << 20;

    private RandomFile() {}

    /** Makes a file and returns its digest, in hexadecimal. */
    static String make(Path file, long sizeBytes) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom();
        MessageDigest digest = FileCopy.sha256();
        byte[] chunk = new byte[CHUNK_BYTES];
        try (Progress progress = new Progress("make", sizeBytes);
                OutputStream out = new FileOutputStream(file.toFile())) {
            long done = 0;
            while (done < sizeBytes) {
                random.nextBytes(chunk);
                int length = (int) Math.min(chunk.length, sizeBytes - done);
                write(out, chunk, length, file, done);
                digest.update(chunk, 0, length);
                done += length;
                advance(progress, done);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The stream's own failure says neither what nor where. */
    private static void write(OutputStream out, byte[] chunk, int length, Path file, long offset) throws IOException {
        try {
            out.write(chunk, 0, length);
        } catch (IOException e) {
            throw new IOException("write file=" + file + " offset=" + offset + ": " + e.getMessage(), e);
        }
    }

    /** Returns the digest of a file, in hexadecimal. */
    static String digest(Path file) throws IOException, InterruptedException {
        MessageDigest digest = FileCopy.sha256();
        byte[] chunk = new byte[CHUNK_BYTES];
        try (Progress progress = new Progress("check", Files.size(file));
                InputStream in = new FileInputStream(file.toFile())) {
            long done = 0;
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                digest.update(chunk, 0, length);
                done += length;
                advance(progress, done);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void advance(Progress progress, long done) throws InterruptedException {
        progress.done(done);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
