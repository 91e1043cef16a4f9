package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.tck.system.Needs;
import dev.penstock.aio.tck.system.TestSpec;
import dev.penstock.aio.tck.system.Tmpfs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OpeningTest {
    @TempDir
    Path folder;

    private Path path;
    private Rig rig;

    @BeforeEach
    void start() throws IOException {
        path = Files.writeString(folder.resolve("f"), "0123456789");
        rig = Rig.ofThreads(1);
    }

    @AfterEach
    void stop() throws AioException {
        rig.close();
    }

    private AioException refusal(Path of, OpenOption... options) {
        return catchThrowableOfType(AioException.class, () -> rig.open(of, options));
    }

    @Test
    void aMissingFileIsENOENTWithThePath() {
        Path missing = folder.resolve("missing");

        AioException refusal = refusal(missing, READ);

        assertThat(refusal.errno()).isEqualTo(Errno.ENOENT);
        assertThat(refusal).hasMessage("open path=" + missing + " options=[READ]: ENOENT (2)");
        assertThat(missing).doesNotExist();
    }

    @Test
    void errorsOfOpenHaveTheirNames() throws IOException {
        Path loop = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));

        assertThat(refusal(folder, WRITE).errno()).isEqualTo(Errno.EISDIR);
        assertThat(refusal(path, WRITE, CREATE_NEW).errno()).isEqualTo(Errno.EEXIST);
        assertThat(refusal(path.resolve("below"), READ).errno()).isEqualTo(Errno.ENOTDIR);
        assertThat(refusal(folder.resolve("n".repeat(300)), READ).errno()).isEqualTo(Errno.ENAMETOOLONG);
        assertThat(refusal(loop, READ).errno()).isEqualTo(Errno.ELOOP);
    }

    @Test
    void aProgramThatRunsIsETXTBSY() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Needs.that(Files.isWritable(java), "it needs the right to write " + java);

        assertThat(refusal(java, WRITE).errno()).isEqualTo(Errno.ETXTBSY);
    }

    @Test
    void aReadOnlyFileSystemIsEROFS() throws Exception {
        try (Tmpfs tmpfs = Tmpfs.mount(folder.resolve("mount"), "size=64k")) {
            Path file = Files.createFile(tmpfs.folder().resolve("f"));
            tmpfs.remountReadOnly();

            assertThat(refusal(file, WRITE).errno()).isEqualTo(Errno.EROFS);
            assertThat(refusal(tmpfs.folder().resolve("new"), WRITE, CREATE).errno())
                    .isEqualTo(Errno.EROFS);
        }
    }

    @Test
    void aLinkIsRefusedWhereNoneMayBeFollowed() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), path);

        assertThat(refusal(link, READ, LinkOption.NOFOLLOW_LINKS).errno()).isEqualTo(Errno.ELOOP);
        rig.open(path, READ, LinkOption.NOFOLLOW_LINKS);
        rig.open(link, READ);
    }

    @Test
    void createAndTruncateDoWhatTheySay() throws IOException {
        rig.open(folder.resolve("new"), WRITE, CREATE_NEW);
        rig.open(folder.resolve("other"), READ, APPEND, CREATE);
        rig.open(path, READ, WRITE, TRUNCATE_EXISTING);

        assertThat(folder.resolve("new")).isEmptyFile();
        assertThat(folder.resolve("other")).isEmptyFile();
        assertThat(path).isEmptyFile();
    }

    @Test
    void aFileIsCreatedWithItsAttributes() throws IOException {
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path created = folder.resolve("private");

        rig.open(new TestSpec(created, Set.of(READ, APPEND, CREATE_NEW), List.of(ownerOnly)));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created)))
                .isEqualTo("rw-------");
    }

    @Test
    void anUnknownAttributeIsEOPNOTSUPP() {
        FileAttribute<?> strange = new FileAttribute<String>() {
            @Override
            public String name() {
                return "test:strange";
            }

            @Override
            public String value() {
                return "";
            }
        };
        TestSpec spec = new TestSpec(folder.resolve("new"), Set.of(WRITE, CREATE), List.of(strange));

        assertThat(catchThrowableOfType(AioException.class, () -> rig.open(spec))
                        .errno())
                .isEqualTo(Errno.EOPNOTSUPP);
    }

    @Test
    void anInterruptedThreadOpensAFileToReadAndAppendAndStaysInterrupted() throws AioException {
        Needs.that(Files.isDirectory(Path.of("/proc/self/fdinfo")), "it needs /proc/self/fdinfo");
        Thread.currentThread().interrupt();

        NioFile file = rig.open(path, READ, APPEND);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(rig.run(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(10)))
                        .result())
                .isEqualTo(10);
        assertThat(rig.run(TestTransfer.write(file, 0, Rig.bytes("a"))).result())
                .isEqualTo(1);
    }

    @Test
    void synchronousFilesAreOpenedSo() throws IOException {
        Needs.that(Files.isDirectory(Path.of("/proc/self/fdinfo")), "it needs /proc/self/fdinfo");
        int dsync = 010000;
        int sync = 04000000 | dsync;

        assertThat(flags(rig.open(path, WRITE, DSYNC)) & sync).isEqualTo(dsync);
        assertThat(flags(rig.open(path, WRITE, SYNC)) & sync).isEqualTo(sync);
        assertThat(flags(rig.open(path, WRITE)) & sync).isZero();
    }

    private static int flags(NioFile file) throws IOException {
        int number = file.descriptor();
        for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + number))) {
            if (line.startsWith("flags:")) {
                return Integer.parseInt(line.substring("flags:".length()).trim(), 8);
            }
        }
        throw new AssertionError("no flags of descriptor " + number);
    }

    @Test
    void aDirectFileNamesItsAlignmentAndMovesWhatIsAligned() throws IOException {
        NioFile file = openDirect(READ, WRITE);
        int alignment = file.alignmentBytes();
        ByteBuffer from = ByteBuffer.allocateDirect(3 * alignment).alignedSlice(alignment);
        from.limit(2 * alignment).put(0, (byte) 7);
        ByteBuffer heap = ByteBuffer.allocate(2 * alignment);

        assertThat(alignment).isEqualTo((int) Files.getFileStore(path).getBlockSize());
        assertThat(rig.run(TestTransfer.write(file, alignment, from)).result()).isEqualTo(2L * alignment);
        assertThat(rig.run(TestTransfer.read(file, alignment, heap)).result()).isEqualTo(2L * alignment);
        assertThat(heap.get(0)).isEqualTo((byte) 7);
    }

    @Test
    void aDirectFileRefusesWhatIsNotAlignedWithEINVALThatSaysWhich() throws IOException {
        NioFile file = openDirect(READ, WRITE);
        int alignment = file.alignmentBytes();
        ByteBuffer memory = ByteBuffer.allocateDirect(3 * alignment).alignedSlice(alignment);

        Outcome offset = rig.run(TestTransfer.write(file, 1, memory.duplicate().limit(alignment)));
        Outcome length = rig.run(TestTransfer.write(file, 0, memory.duplicate().limit(alignment - 1)));
        Outcome address = rig.run(TestTransfer.write(
                file, 0, memory.duplicate().limit(alignment + 1).position(1)));

        assertThat(offset.errno()).isEqualTo(Errno.EINVAL);
        assertThat(offset.text()).contains("Channel position");
        assertThat(length.errno()).isEqualTo(Errno.EINVAL);
        assertThat(length.text()).contains("remaining bytes");
        assertThat(address.errno()).isEqualTo(Errno.EINVAL);
        assertThat(address.text()).contains("of the bytebuffer");
    }

    @Test
    void aDirectFileIsReadAndAppendedTo() throws IOException {
        Files.write(path, new byte[0]);
        NioFile file = openDirect(READ, APPEND);
        int alignment = file.alignmentBytes();
        ByteBuffer memory = ByteBuffer.allocateDirect(2 * alignment).alignedSlice(alignment);

        assertThat(rig.run(TestTransfer.write(file, 0, memory.clear().limit(alignment)))
                        .result())
                .isEqualTo(alignment);
        assertThat(rig.run(TestTransfer.read(file, 0, memory.clear().limit(alignment)))
                        .result())
                .isEqualTo(alignment);
    }

    @Test
    void waitersDoNotHelpWithADirectFile() throws IOException {
        openDirect(READ);
        try (Rig helpers = Rig.ofHelpers()) {
            NioFile file = helpers.open(path, READ, FileOption.DIRECT);
            ByteBuffer memory = ByteBuffer.allocateDirect(2 * file.alignmentBytes());
            ByteBuffer aligned = memory.alignedSlice(file.alignmentBytes());
            for (int i = 0; i < 100; i++) {
                aligned.clear().limit(file.alignmentBytes());
                assertThat(helpers.runByHelp(TestTransfer.read(file, 0, aligned))
                                .by())
                        .isNotEqualTo(Thread.currentThread());
            }
        }
    }

    private NioFile openDirect(OpenOption... options) throws AioException {
        Needs.that(DirectOption.find() != null, "it needs the package com.sun.nio.file");
        OpenOption[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = FileOption.DIRECT;
        try {
            return rig.open(path, all);
        } catch (AioException e) {
            boolean isOfFileSystem = e.errno() == Errno.EINVAL || e.errno() == Errno.EOPNOTSUPP;
            Needs.that(!isOfFileSystem, "the file system refuses DIRECT: " + e);
            throw e;
        }
    }
}
