package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.APPEND;
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
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.ChildJvm;
import dev.penstock.aio.tck.system.Descriptors;
import dev.penstock.aio.tck.system.Needs;
import dev.penstock.aio.tck.system.TestSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a file tells of its descriptor, and how one is opened by a descriptor. Linux only. */
@Timeout(120)
class TakeOverTest {
    private static final int ROUNDS = 200;
    private static final int NOT_OPEN = Integer.MAX_VALUE;
    private static final Path FD = Path.of("/proc/self/fd");

    @TempDir
    Path folder;

    private Path path;
    private Rig rig;

    @BeforeEach
    void start() throws IOException {
        Needs.that(Files.isDirectory(FD), "it needs " + FD);
        path = Files.writeString(folder.resolve("f"), "0123456789");
        rig = Rig.ofThreads(2);
    }

    @AfterEach
    void stop() throws AioException {
        if (rig != null) {
            rig.close();
        }
    }

    static List<Set<OpenOption>> everyAccess() {
        List<Set<OpenOption>> all = new ArrayList<>();
        for (Set<OpenOption> access : List.of(
                Set.<OpenOption>of(READ),
                Set.<OpenOption>of(WRITE),
                Set.<OpenOption>of(READ, WRITE),
                Set.<OpenOption>of(APPEND),
                Set.<OpenOption>of(READ, APPEND))) {
            all.add(access);
            for (OpenOption more : new OpenOption[] {DSYNC, SYNC, FileOption.DIRECT}) {
                all.add(Stream.concat(access.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet()));
            }
        }
        return all;
    }

    private NioFile open(Set<OpenOption> options) throws AioException {
        return rig.open(new TestSpec(path, options, List.of()));
    }

    private NioFile takeOver(int descriptor, OpenOption... options) throws AioException {
        return rig.takeOver(new TestSpec(path, options), descriptor);
    }

    private Errno refusal(int descriptor, OpenOption... options) {
        return catchThrowableOfType(AioException.class, () -> takeOver(descriptor, options))
                .errno();
    }

    private String read(NioFile file) {
        ByteBuffer into = ByteBuffer.allocateDirect(100);
        Outcome outcome = rig.run(TestTransfer.read(file, 0, into));
        assertThat(outcome.errno()).isEqualTo(Errno.SUCCESS);
        return Rig.text(into);
    }

    private void write(NioFile file, long offset, String text) {
        assertThat(rig.run(TestTransfer.write(file, offset, Rig.bytes(text))).result())
                .isEqualTo(text.length());
    }

    private static Path leadsTo(int descriptor) throws IOException {
        return Files.readSymbolicLink(FD.resolve(Integer.toString(descriptor)));
    }

    private static int descriptorOf(Predicate<String> link) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(FD)) {
            for (Path each : all) {
                if (link.test(Files.readSymbolicLink(each).toString())) {
                    return Integer.parseInt(each.getFileName().toString());
                }
            }
        }
        throw new AssertionError("no such descriptor");
    }

    // ---- the number

    @ParameterizedTest
    @MethodSource("everyAccess")
    void aFileTellsADescriptorOfItsOwn(Set<OpenOption> options) throws IOException {
        NioFile other = open(options);
        NioFile file = open(options);

        int number = file.descriptor();

        assertThat(leadsTo(number)).isEqualTo(path.toRealPath());
        assertThat(other.descriptor()).isNotEqualTo(number);
        assertThat(file.descriptor()).isEqualTo(number);
    }

    @Test
    void anInterruptedThreadMayAskAndNothingIsClosed() throws IOException {
        NioFile file = rig.open(path, READ, WRITE);
        Thread.currentThread().interrupt();

        int number = file.descriptor();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(leadsTo(number)).isEqualTo(path.toRealPath());
        assertThat(read(file)).isEqualTo("0123456789");
    }

    /** Both move the position by which the descriptor is found. */
    @Test
    void theNumberIsToldWhileAppendsAndTruncatesRun() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            NioFile file = i % 2 == 0 ? rig.open(path, APPEND) : rig.open(path, READ, WRITE);
            List<Long> running = new ArrayList<>();
            for (int n = 0; n < 40; n++) {
                running.add(rig.stage(TestTransfer.of(TransferKind.TRUNCATE, file)));
                running.add(rig.stage(TestTransfer.write(file, 0, Rig.bytes("a"))));
            }
            rig.lane.flush();

            assertThat(leadsTo(file.descriptor())).isEqualTo(path.toRealPath());

            running.forEach(rig.sink::await);
            rig.close(file);
        }
    }

    /** The channel for helpers is opened by a worker, who looks for the same number. */
    @Test
    void theNumberIsToldWhileHelpersWishForTheirChannel() throws IOException {
        rig.close();
        rig = Rig.ofHelpers();
        for (int i = 0; i < ROUNDS; i++) {
            NioFile file = rig.open(path, READ);
            rig.runByHelp(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)));

            assertThat(leadsTo(file.descriptor())).isEqualTo(path.toRealPath());

            assertThat(rig.untilHelped(file)).isTrue();
            rig.close(file);
        }
    }

    @Test
    void aFileWhosePositionCannotBeSetTellsNoNumber() throws AioException {
        assertThat(rig.open(Path.of("/dev/zero"), READ).descriptor()).isEqualTo(-1);
    }

    @Test
    void aFileThatWasClosedTellsNoNumber() throws AioException {
        NioFile file = rig.open(path, READ);
        rig.close(file);

        assertThat(file.descriptor()).isEqualTo(-1);
    }

    // ---- taking over

    @ParameterizedTest
    @MethodSource("everyAccess")
    void whatIsTakenOverIsOpenAsItsOptionsSay(Set<OpenOption> options) throws IOException {
        NioFile old = open(options);
        List<Integer> flags = Descriptors.flagsOf(path);
        int number = old.descriptor();
        NioFile file = rig.takeOver(new TestSpec(path, options, List.of()), number);
        assertThat(file.descriptor()).isNotEqualTo(number);
        assertThat(file.alignmentBytes()).isEqualTo(old.alignmentBytes());

        rig.close(old);

        assertThat(Descriptors.flagsOf(path)).containsExactlyInAnyOrderElementsOf(flags);
        rig.close(file);
        assertThat(Descriptors.of(path)).isZero();
    }

    @Test
    void whatWasWrittenByTheOneIsReadByTheOtherAndTheOldOneMayGo() throws IOException {
        NioFile old = rig.open(path, READ, WRITE);
        write(old, 0, "abc");
        NioFile file = takeOver(old.descriptor(), READ, WRITE);
        write(file, 3, "def");

        assertThat(read(file)).isEqualTo("abcdef6789");
        assertThat(read(old)).isEqualTo("abcdef6789");
        rig.close(old);

        write(file, 9, "z");
        assertThat(read(file)).isEqualTo("abcdef678z");
    }

    @Test
    void itIsTheSameFileThoughItWasRenamedOrReplacedOrRemoved() throws IOException {
        NioFile first = rig.open(path, READ);
        Files.move(path, folder.resolve("elsewhere"));
        NioFile afterRename = takeOver(first.descriptor(), READ);
        Files.writeString(path, "another file");
        NioFile afterReplacement = takeOver(afterRename.descriptor(), READ);
        Files.delete(folder.resolve("elsewhere"));
        NioFile afterRemoval = takeOver(afterReplacement.descriptor(), READ);

        for (NioFile file : List.of(first, afterRename, afterReplacement, afterRemoval)) {
            assertThat(read(file)).isEqualTo("0123456789");
            assertThat(file).hasToString(path.toString());
        }
    }

    @Test
    void appendsGoToTheEndWhereverTheOldOneStands() throws IOException {
        NioFile old = rig.open(path, READ, APPEND);
        write(old, 0, "a");
        NioFile appends = takeOver(old.descriptor(), APPEND);
        write(appends, 0, "b");
        write(old, 0, "c");
        NioFile both = takeOver(appends.descriptor(), READ, APPEND);
        rig.close(old);
        rig.close(appends);

        write(both, 0, "d");

        assertThat(read(both)).isEqualTo("0123456789abcd");
    }

    @Test
    void aDirectFileKnowsItsAlignmentThoughFileAndFolderWereRemoved() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        path = Files.write(inner.resolve("f"), new byte[8_192]);
        int blockBytes = Math.toIntExact(Files.getFileStore(path).getBlockSize());
        NioFile old = rig.open(path, READ, WRITE);
        Files.delete(path);
        Files.delete(inner);

        NioFile direct = takeOver(old.descriptor(), READ, WRITE, FileOption.DIRECT);
        NioFile appends = takeOver(old.descriptor(), APPEND, FileOption.DIRECT);

        assertThat(direct.alignmentBytes()).isEqualTo(blockBytes);
        assertThat(appends.alignmentBytes()).isEqualTo(blockBytes);
        ByteBuffer memory = ByteBuffer.allocateDirect(2 * blockBytes).alignedSlice(blockBytes);
        memory.limit(blockBytes);
        assertThat(rig.run(TestTransfer.write(appends, 0, memory)).result()).isEqualTo(blockBytes);
        assertThat(rig.run(TestTransfer.read(direct, 8_192, memory.clear().limit(blockBytes)))
                        .result())
                .isEqualTo(blockBytes);
    }

    /** The path by which it is opened is a link; and it neither creates nor empties anything. */
    @Test
    void optionsThatOnlyAnOpenByThePathHasArePassedOver() throws IOException {
        NioFile old = rig.open(path, READ, WRITE);

        NioFile file =
                takeOver(old.descriptor(), READ, WRITE, CREATE_NEW, TRUNCATE_EXISTING, LinkOption.NOFOLLOW_LINKS);

        assertThat(read(file)).isEqualTo("0123456789");
    }

    @Test
    void anInterruptedThreadMayTakeOverAndNothingIsClosed() throws IOException {
        NioFile old = rig.open(path, READ, APPEND);
        int number = old.descriptor();
        Thread.currentThread().interrupt();

        NioFile file = takeOver(number, READ, APPEND);
        NioFile direct = takeOver(number, READ, FileOption.DIRECT);

        assertThat(Thread.interrupted()).isTrue();
        write(file, 0, "a");
        assertThat(read(file)).isEqualTo("0123456789a");
        assertThat(read(old)).isEqualTo("0123456789a");
        assertThat(direct.channel().isOpen()).isTrue();
    }

    // ---- refusals

    @Test
    void whatIsNotOpenOrIsNoFileIsRefusedByName() throws IOException {
        try (DirectoryStream<Path> ofFolder = Files.newDirectoryStream(folder)) {
            int directory = descriptorOf(folder.toRealPath().toString()::equals);

            assertThat(refusal(directory, READ)).isEqualTo(Errno.EISDIR);
            assertThat(refusal(directory, WRITE)).isEqualTo(Errno.EISDIR);
            assertThat(ofFolder.iterator()).hasNext();
        }
        Pipe pipe = Pipe.open();
        int end = descriptorOf(link -> link.startsWith("pipe:"));

        assertThat(refusal(end, READ)).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(refusal(end, WRITE)).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(refusal(NOT_OPEN, READ)).isEqualTo(Errno.ENOENT);
        assertThat(refusal(-1, READ)).isEqualTo(Errno.ENOENT);
        assertThat(catchThrowableOfType(AioException.class, () -> takeOver(NOT_OPEN, READ)))
                .hasMessage("open path=" + path + " options=[READ]: ENOENT (2)");
        pipe.source().close();
        pipe.sink().close();
    }

    @Test
    void whatIsRefusedLeavesNoDescriptorBehind() throws IOException {
        try (DirectoryStream<Path> ofFolder = Files.newDirectoryStream(folder)) {
            int number = descriptorOf(folder.toRealPath().toString()::equals);
            long before = descriptors();

            for (int i = 0; i < 50; i++) {
                refusal(number, READ);
                refusal(NOT_OPEN, READ, APPEND, FileOption.DIRECT);
            }

            assertThat(descriptors()).isLessThan(before + 25);
            assertThat(ofFolder.iterator()).hasNext();
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(FD)) {
            return all.count();
        }
    }

    /** The file has one descriptor before and after, though its first channel could still be opened. */
    @Test
    void withoutPermissionItIsEACCESAndNoDescriptorIsLeftBehind() throws Exception {
        ChildJvm child = ChildJvm.asNobody(folder).with(Errno.class, NioProvider.class);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

        String output =
                child.run(ChildMain.class, "takeover", folder.resolve("mine").toString());

        assertThat(output).contains("nothing: EACCES 1").contains("writing: EACCES 1");
    }
}
