package dev.penstock.aio.provider.posix;

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
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.tck.Bounded;
import dev.penstock.aio.tck.system.ChildJvm;
import dev.penstock.aio.tck.system.Command;
import dev.penstock.aio.tck.system.TestSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A file goes from this provider to another and back while it is open, whatever its path has come to name. */
@Timeout(120)
class TakeOverTest {
    private static final int BLOCK = DrivenBackend.BLOCK;
    private static final int MODE = Abi.O_ACCMODE | Abi.O_APPEND | Abi.O_SYNC | Abi.O_DIRECT | Abi.O_CLOEXEC;
    private static final int ROUNDS = 50;

    @TempDir
    Path folder;

    private Path path;
    private final Map<String, DrivenBackend> backends = new HashMap<>();
    private final List<BackendFile> files = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        path = Files.writeString(folder.resolve("f"), "o".repeat(BLOCK));
        backends.put("nio", DrivenBackend.of("nio"));
        backends.put("native", DrivenBackend.of("native"));
    }

    @AfterEach
    void stop() throws AioException {
        for (BackendFile file : files) {
            file.close();
        }
        backends.values().forEach(DrivenBackend::close);
    }

    static List<Set<OpenOption>> everyAccess() {
        List<Set<OpenOption>> all = new ArrayList<>();
        for (Set<OpenOption> access : List.<Set<OpenOption>>of(
                Set.of(READ), Set.of(WRITE), Set.of(READ, WRITE), Set.of(APPEND), Set.of(READ, APPEND))) {
            all.add(access);
            for (OpenOption more : List.of(DSYNC, SYNC, FileOption.DIRECT)) {
                Set<OpenOption> both = new HashSet<>(access);
                both.add(more);
                all.add(both);
            }
        }
        return all;
    }

    static Stream<Arguments> everyWay() {
        return Stream.of(
                        arguments("nio", "native"),
                        arguments("native", "nio"),
                        arguments("native", "native"),
                        arguments("nio", "nio"))
                .flatMap(way -> everyAccess().stream().map(options -> arguments(way.get()[0], way.get()[1], options)));
    }

    private TestSpec spec(Set<OpenOption> options) {
        return new TestSpec(path, options, List.of());
    }

    private BackendFile open(String provider, OpenOption... options) throws AioException {
        BackendFile file = backends.get(provider).open(spec(Set.of(options)));
        files.add(file);
        return file;
    }

    private BackendFile takeOver(String provider, int descriptor, OpenOption... options) throws AioException {
        BackendFile file = backends.get(provider).takeOver(spec(Set.of(options)), descriptor);
        files.add(file);
        return file;
    }

    private void close(BackendFile file) throws AioException {
        files.remove(file);
        file.close();
    }

    private static int flags(int descriptor) throws IOException {
        String flags = Files.readString(Path.of("/proc/self/fdinfo/" + descriptor))
                .lines()
                .filter(line -> line.startsWith("flags:"))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(flags.substring("flags:".length()).trim(), 8);
    }

    /** Whether both are one open file description, and so have one position. */
    private static boolean areDuplicates(int one, int other) throws IOException {
        assertThat(one).isNotEqualTo(other);
        assertThat(LibC.lseek(other, 0, Abi.SEEK_SET)).isZero();
        assertThat(LibC.lseek(one, 12_345, Abi.SEEK_SET)).isEqualTo(12_345);
        return Files.readString(Path.of("/proc/self/fdinfo/" + other)).startsWith("pos:\t12345\n");
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    // ---- from one provider to another

    @ParameterizedTest
    @MethodSource("everyWay")
    void itIsTheSameFileThoughItWasRenamedAndReplacedAndRemoved(String from, String to, Set<OpenOption> options)
            throws IOException {
        TestSpec spec = spec(options);
        try (FileChannel witness = FileChannel.open(path, READ)) {
            BackendFile old = backends.get(from).open(spec);
            Files.move(path, folder.resolve("elsewhere"));
            Files.writeString(path, "x".repeat(BLOCK));
            BackendFile renamed = backends.get(to).takeOver(spec, old.descriptor());
            Files.delete(folder.resolve("elsewhere"));
            BackendFile removed = backends.get(to).takeOver(spec, old.descriptor());
            if (spec.write()) {
                assertThat(backends.get(from).write(old, BLOCK, 'a')).isEqualTo(BLOCK);
            }

            old.close();

            if (spec.write()) {
                assertThat(backends.get(to).write(renamed, 2 * BLOCK, 'b')).isEqualTo(BLOCK);
                assertThat(backends.get(to).write(removed, 3 * BLOCK, 'c')).isEqualTo(BLOCK);
                assertThat(letters(witness)).isEqualTo("oabc");
            }
            if (spec.read()) {
                assertThat(backends.get(to).read(renamed, 0)).isEqualTo("o");
                assertThat(backends.get(to).read(removed, spec.write() ? BLOCK : 0))
                        .isEqualTo(spec.write() ? "a" : "o");
            }
            renamed.close();
            removed.close();
        }
        assertThat(path).hasContent("x".repeat(BLOCK));
    }

    /** Returns the letter of each block of a file. */
    private static String letters(FileChannel file) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) file.size());
        file.read(all, 0);
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < all.capacity(); i += BLOCK) {
            letters.append((char) all.get(i));
        }
        return letters.toString();
    }

    @ParameterizedTest
    @MethodSource("everyAccess")
    void everyOptionIsItsFlagWhereverItComesFrom(Set<OpenOption> options) throws IOException {
        BackendFile opened = open("native", options.toArray(OpenOption[]::new));
        BackendFile ofNio = open("nio", options.toArray(OpenOption[]::new));
        BackendFile ofAnotherMode = open("native", options.contains(WRITE) ? READ : WRITE);
        int wanted = flags(opened.descriptor()) & MODE;

        for (BackendFile from : List.of(opened, ofNio, ofAnotherMode)) {
            BackendFile file = takeOver("native", from.descriptor(), options.toArray(OpenOption[]::new));

            assertThat(flags(file.descriptor()) & (MODE | Abi.O_NONBLOCK)).isEqualTo(wanted);
            assertThat(file.alignmentBytes()).isEqualTo(opened.alignmentBytes());
        }
    }

    // ---- by a duplicate, or anew

    @ParameterizedTest
    @MethodSource("everyAccess")
    void aDescriptorInTheRightModeIsDuplicated(Set<OpenOption> options) throws IOException {
        OpenOption[] all = options.toArray(OpenOption[]::new);
        BackendFile old = open("native", all);
        BackendFile ofNio = open("nio", all);
        int number = ofNio.descriptor();

        assertThat(areDuplicates(
                        old.descriptor(),
                        takeOver("native", old.descriptor(), all).descriptor()))
                .isTrue();

        // What nio reads and appends to has two, and it tells the one that reads.
        boolean hasTwo = options.contains(READ) && options.contains(APPEND);
        assertThat(areDuplicates(number, takeOver("native", number, all).descriptor()))
                .isEqualTo(!hasTwo);
    }

    /** Both stand at the position by which it would look. */
    @Test
    void nioTellsItsOwnNumberThoughItsDescriptorWasDuplicated() throws IOException {
        BackendFile old = open("nio", READ);
        int number = old.descriptor();
        takeOver("native", number, READ);

        assertThat(old.descriptor()).isEqualTo(number);
    }

    @Test
    void aDescriptorInAnotherModeIsOpenedAnewAndStaysAsItIs() throws IOException {
        BackendFile old = open("native", READ, WRITE, FileOption.DIRECT);
        int flags = flags(old.descriptor());

        BackendFile file = takeOver("native", old.descriptor(), READ);

        assertThat(areDuplicates(old.descriptor(), file.descriptor())).isFalse();
        assertThat(flags(old.descriptor())).isEqualTo(flags);
        assertThat(file.alignmentBytes()).isEqualTo(1);
    }

    @Test
    void whatDoesNotBlockIsOpenedAnewSoThatItDoesAndTheOldOneStaysAsItIs() throws IOException {
        BackendFile old = open("native", READ);
        assertThat(LibC.fcntl(old.descriptor(), Abi.F_SETFL, Abi.O_NONBLOCK)).isZero();

        BackendFile file = takeOver("native", old.descriptor(), READ);

        assertThat(flags(file.descriptor()) & Abi.O_NONBLOCK).isZero();
        assertThat(flags(old.descriptor()) & Abi.O_NONBLOCK).isEqualTo(Abi.O_NONBLOCK);
    }

    @Test
    void aDescriptorThatOnlyNamesAFileIsOpenedAnew() throws IOException {
        int names = LibC.open(PosixOpening.bytes(path), Abi.O_PATH | Abi.O_CLOEXEC, 0);

        BackendFile file = takeOver("native", names, READ);

        assertThat(backends.get("native").read(file, 0)).isEqualTo("o");
        LibC.close(names);
    }

    /** The path by which it is opened is a link; and it neither creates nor empties anything. */
    @Test
    void optionsThatOnlyAnOpenByThePathHasArePassedOver() throws IOException {
        BackendFile old = open("native", READ);

        for (OpenOption[] more : new OpenOption[][] {{CREATE, TRUNCATE_EXISTING}, {CREATE_NEW}}) {
            OpenOption[] options = {READ, WRITE, LinkOption.NOFOLLOW_LINKS, more[0], more[more.length - 1]};
            BackendFile file = backends.get("native")
                    .takeOver(new TestSpec(path, new HashSet<>(List.of(options)), List.of()), old.descriptor());
            files.add(file);

            assertThat(backends.get("native").read(file, 0)).isEqualTo("o");
        }
    }

    @Test
    void withoutPermissionADuplicateIsMadeAndNothingIsOpened() throws Exception {
        ChildJvm child = Children.granted(ChildJvm.asNobody(folder)).with(nio());
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

        String output = child.run(TakeOverMain.class, folder.resolve("mine").toString());

        assertThat(output).contains("native=a").contains("nio=EACCES(13)").contains("inAnotherMode=EACCES(13)");
    }

    private static Class<?> nio() {
        return ServiceLoader.load(AioProvider.class).stream()
                .map(ServiceLoader.Provider::type)
                .filter(type -> type.getSimpleName().equals("NioProvider"))
                .findFirst()
                .orElseThrow();
    }

    // ---- refusals

    private Errno refusal(int descriptor, OpenOption... options) {
        return catchThrowableOfType(AioException.class, () -> takeOver("native", descriptor, options))
                .errno();
    }

    @Test
    void whatIsNotOpenOrIsNoFileIsRefusedByNameAndLeavesNoDescriptorBehind() throws IOException {
        int[] pipe = TestLibC.pipe();
        int ofFolder = LibC.open(PosixOpening.bytes(folder), Abi.O_CLOEXEC, 0);
        long before = descriptors();

        for (int i = 0; i < ROUNDS; i++) {
            assertThat(refusal(ofFolder, READ)).isEqualTo(Errno.EISDIR);
            assertThat(refusal(ofFolder, READ, WRITE)).isEqualTo(Errno.EISDIR);
            assertThat(refusal(pipe[0], READ)).isEqualTo(Errno.EOPNOTSUPP);
            assertThat(refusal(pipe[1], WRITE)).isEqualTo(Errno.EOPNOTSUPP);
            assertThat(refusal(pipe[1], READ)).isEqualTo(Errno.EOPNOTSUPP);
            assertThat(refusal(Integer.MAX_VALUE, READ)).isEqualTo(Errno.EBADF);
            assertThat(refusal(-1, READ)).isEqualTo(Errno.EBADF);
            // To statx(2) that is the working directory.
            assertThat(refusal(-100, READ)).isEqualTo(Errno.EBADF);
        }

        assertThat(descriptors()).isLessThan(before + ROUNDS / 2);
        LibC.close(pipe[0]);
        LibC.close(pipe[1]);
        LibC.close(ofFolder);
    }

    @Test
    void aFifoIsRefusedWithoutWaitingForItsOtherSide() throws Exception {
        Path fifo = folder.resolve("fifo");
        Command.runOrFail("mkfifo", fifo.toString());
        int end = LibC.open(PosixOpening.bytes(fifo), Abi.O_NONBLOCK | Abi.O_CLOEXEC, 0);
        FutureTask<Errno> refusing = new FutureTask<>(() -> refusal(end, READ));
        Thread thread = new Thread(refusing, "test-take-over");
        thread.setDaemon(true);

        thread.start();

        assertThat(Bounded.get(refusing)).isEqualTo(Errno.EOPNOTSUPP);
        LibC.close(end);
    }

    @Test
    void aRefusalNamesTheFile() {
        AioException refusal =
                catchThrowableOfType(AioException.class, () -> takeOver("native", Integer.MAX_VALUE, READ));

        assertThat(refusal).hasMessage("open path=" + path + " options=[READ]: EBADF (9)");
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void whatIsTakenOverAndClosedLeavesNoDescriptorBehind(String from, String to, Set<OpenOption> options)
            throws IOException {
        BackendFile old = open(from, options.toArray(OpenOption[]::new));
        int number = old.descriptor();
        long before = descriptors();

        for (int i = 0; i < ROUNDS; i++) {
            close(takeOver(to, number, options.toArray(OpenOption[]::new)));
        }

        assertThat(descriptors()).isLessThan(before + ROUNDS / 2);
    }
}
