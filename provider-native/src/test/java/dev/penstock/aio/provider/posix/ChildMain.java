package dev.penstock.aio.provider.posix;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.ListMode;
import dev.penstock.aio.Opcode;
import dev.penstock.aio.Request;
import dev.penstock.aio.SigEvent;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.AioEngine;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.system.ChildJvm;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What runs in a process with other limits and rights. It needs no test library, and prints what it found. */
final class ChildMain {
    static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int BLOCK = 4_096;

    private final Standalone io;
    private final Path path;

    private ChildMain(Standalone io, Path path) {
        this.io = io;
        this.path = path;
    }

    public static void main(String[] arguments) throws Exception {
        // One descriptor of a file, so that one thread of glibc works through a list.
        AioProvider provider =
                new PosixProvider(new PosixSettings(64, arguments[0].equals("descriptors") ? 2 : 1, 1, 256, 20));
        AioEngine engine = ServiceLoader.load(AioEngine.class).findFirst().orElseThrow();
        // Little may be copied at a time, so that a copy that is not given back is soon missed.
        try (Standalone io = engine.start(Map.of("max.copied.bytes", 16 * BLOCK), List.of(provider))) {
            ChildMain child = new ChildMain(io, Path.of(arguments[1]));
            switch (arguments[0]) {
                case "open" -> child.openOrNot();
                case "callback" -> child.writeWithACallback();
                case "big" -> child.writeBeyondTheLimit();
                case "descriptors" -> child.useUpTheDescriptors();
                case "nothreads" -> child.readWithoutThreads(0);
                case "onethread" -> child.readWithoutThreads(1);
                case "move" -> child.moveBlocks(Integer.parseInt(arguments[2]));
                case "reads" -> child.list(Opcode.READ, Integer.parseInt(arguments[2]));
                case "writes" -> child.list(Opcode.WRITE, Integer.parseInt(arguments[2]));
                case "fully" -> child.writeFully();
                case "sync" -> child.syncAndGoOn(SyncMode.valueOf(arguments[2]));
                case "slow" -> child.slowWriteBesideReads();
                case "slowsync" -> child.slowSyncBesideReads();
                case "refused" -> child.readWhileThreadsAreRefused();
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    private void openOrNot() throws AioException {
        try (AsyncFile file = io.open(path, READ)) {
            print("opened", file.path());
        } catch (AioException e) {
            print("refused", e.errno());
        }
        print("provider", io.provider().name());
    }

    private static void print(String name, Object value) {
        System.out.println(name + "=" + value);
    }

    // ---- blocks

    private ControlBlock block(AsyncFile file, int bytes, long offset) throws AioException {
        return io.controlBlock()
                .file(file)
                .buffer(ByteBuffer.allocateDirect(bytes))
                .offset(offset);
    }

    /** Waits for a block; returns its bytes, or its errno by name and number. */
    private String outcome(ControlBlock block) throws AioException {
        if (!io.suspend(new ControlBlock[] {block}, LIMIT)) {
            return "nothing";
        }
        Errno errno = io.error(block);
        int number = io.errorNumber(block);
        long result = io.result(block);
        return errno == Errno.SUCCESS ? Long.toString(result) : errno + "(" + number + ")";
    }

    private String read(AsyncFile file, long offset) throws AioException {
        ControlBlock block = block(file, BLOCK, offset);
        io.read(block);
        return outcome(block);
    }

    private String write(AsyncFile file, long offset) throws AioException {
        ControlBlock block = block(file, BLOCK, offset);
        io.write(block);
        return outcome(block);
    }

    private String sync(AsyncFile file, SyncMode mode) throws AioException {
        ControlBlock block = io.controlBlock().file(file);
        io.sync(mode, block);
        return outcome(block);
    }

    // ---- limits

    private void writeWithACallback() throws Exception {
        AsyncFile file = io.open(path, READ, WRITE, CREATE);
        CountDownLatch told = new CountDownLatch(1);
        ControlBlock block = block(file, BLOCK, 0).sigEvent(SigEvent.call(notification -> told.countDown()));
        io.write(block);
        print("write", outcome(block));
        print("told", told.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
    }

    private void writeBeyondTheLimit() throws Exception {
        AsyncFile file = io.open(path, READ, WRITE, CREATE);
        ControlBlock first = block(file, 12_288, 0);
        io.write(first);
        print("first", outcome(first));
        print("second", write(file, 8_192));
        try {
            file.writeFully(ByteBuffer.allocateDirect(12_288), 0).await(LIMIT);
        } catch (AioException e) {
            print("fully", e.transferred() + " " + e.errno());
        }
        print("read", read(file, 0));
    }

    private void useUpTheDescriptors() throws Exception {
        List<AsyncFile> files = new ArrayList<>();
        // What is not loaded by now cannot be: a class takes a descriptor too.
        print("missing", refusal(path.resolveSibling("missing")));
        print("before", read(io.open(path, READ), 0));
        try {
            for (; ; ) {
                files.add(io.open(path, READ));
            }
        } catch (AioException e) {
            print("open", e.errno() + "(" + e.errorNumber() + ")");
        }
        int right = 0;
        for (AsyncFile file : files) {
            List<Request<Long>> reads = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                reads.add(file.read(ByteBuffer.allocateDirect(16), i));
            }
            for (Request<Long> each : reads) {
                right += each.await(LIMIT) == 16 ? 1 : 0;
            }
        }
        print("right", right == 16 * files.size() && right > 0);
        files.get(0).close();
        try (AsyncFile again = io.open(path, READ)) {
            print("again", read(again, 0));
        }
    }

    private String refusal(Path missing) {
        try {
            io.open(missing, READ);
            return "none";
        } catch (AioException e) {
            return e.errno() + "(" + e.errorNumber() + ")";
        }
    }

    private void readWithoutThreads(int held) throws Exception {
        AsyncFile file = io.open(path, READ);
        print("before", read(file, 0));
        // A thread of glibc that has nothing to do ends after a second.
        long sinceNs = System.nanoTime();
        while (!ForeignThreads.ids().isEmpty() && System.nanoTime() - sinceNs < LIMIT.toNanos()) {
            Thread.onSpinWait();
        }
        try (HeldWorkers workers = HeldWorkers.hold(held)) {
            Files.createFile(path.resolveSibling(ChildJvm.READY));
            awaitFile(ChildJvm.GO);
            ControlBlock block = block(file, BLOCK, 0);
            long startNs = System.nanoTime();
            io.read(block);
            if (held > 0) {
                print("inTime", io.suspend(new ControlBlock[] {block}, Duration.ofMillis(100)));
                workers.release();
            }
            print("read", outcome(block));
            print("ms", (System.nanoTime() - startNs) / 1_000_000);
        }
        print("sync", sync(io.open(path, READ, WRITE), SyncMode.FULL));
        print("other", read(io.open(path, READ), 0));
        try {
            print("size", file.size().await(LIMIT));
        } catch (AioException e) {
            print("size", e.errno() + "(" + e.errorNumber() + ")");
        }
        // To end in good order takes threads.
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private void awaitFile(String name) {
        long sinceNs = System.nanoTime();
        while (!Files.exists(path.resolveSibling(name))) {
            if (System.nanoTime() - sinceNs > LIMIT.toNanos()) {
                throw new IllegalStateException("no " + name);
            }
            Thread.onSpinWait();
        }
    }

    // ---- traced

    /** Writes and reads blocks, and tells which threads are Java's. */
    private void moveBlocks(int count) throws Exception {
        AsyncFile file = io.open(path, READ, WRITE, CREATE);
        for (Opcode opcode : List.of(Opcode.WRITE, Opcode.READ)) {
            list(file, opcode, count);
        }
        StringJoiner java = new StringJoiner(",");
        ForeignThreads.ofTheJvm().forEach(each -> java.add(each.toString()));
        print("java", java);
    }

    private void list(Opcode opcode, int count) throws Exception {
        AsyncFile file = io.open(path, READ, WRITE, CREATE);
        print("list", list(file, opcode, count));
        print("then", opcode == Opcode.READ ? read(file, 0) : write(file, 0));
    }

    /** All in one list, which one thread of glibc works through. */
    private String list(AsyncFile file, Opcode opcode, int count) throws AioException {
        ControlBlock[] blocks = new ControlBlock[count];
        for (int i = 0; i < count; i++) {
            blocks[i] = block(file, BLOCK, (long) i * BLOCK).opcode(opcode);
        }
        io.list(ListMode.NOWAIT, blocks, SigEvent.none());
        StringJoiner outcomes = new StringJoiner(" ");
        for (ControlBlock block : blocks) {
            outcomes.add(outcome(block));
        }
        return outcomes.toString();
    }

    private void writeFully() throws Exception {
        AsyncFile file = io.open(path, READ, WRITE, CREATE);
        ByteBuffer bytes = ByteBuffer.allocateDirect(BLOCK);
        while (bytes.hasRemaining()) {
            bytes.put((byte) 'x');
        }
        print("fully", file.writeFully(bytes.flip(), 0).await(LIMIT));
    }

    private void syncAndGoOn(SyncMode mode) throws Exception {
        AsyncFile file = io.open(path, READ, WRITE, CREATE);
        print("write", write(file, 0));
        print("sync", sync(file, mode));
        print("poisoned", file.isPoisoned());
        print("laterSync", sync(file, mode));
        print("laterWrite", write(file, 0));
        print("read", read(file, 0));
    }

    private void slowWriteBesideReads() throws Exception {
        AsyncFile file = io.open(path, READ, WRITE, CREATE);
        AsyncFile other = io.open(Files.write(path.resolveSibling("other"), new byte[BLOCK]), READ);
        ControlBlock write = block(file, BLOCK, 0);
        io.write(write);
        beside(write, other);
    }

    private void slowSyncBesideReads() throws Exception {
        AsyncFile file = io.open(path, READ, WRITE, CREATE);
        print("write", write(file, 0));
        ControlBlock sync = io.controlBlock().file(file);
        io.sync(SyncMode.FULL, sync);
        beside(sync, file);
    }

    /** A slow request does not hold up reads, and a poll answers at once while it lasts. */
    private void beside(ControlBlock slow, AsyncFile file) throws Exception {
        long sinceNs = System.nanoTime();
        int reads = 0;
        while (!io.suspend(new ControlBlock[] {slow}, Duration.ZERO)) {
            reads += read(file, 0).equals(Integer.toString(BLOCK)) ? 1 : 0;
        }
        print("ms", (System.nanoTime() - sinceNs) / 1_000_000);
        print("reads", reads);
        print("slow", outcome(slow));
    }

    /** Reads while somebody outside refuses every new thread, and once more when that is over. */
    private void readWhileThreadsAreRefused() throws Exception {
        AsyncFile file = io.open(path, READ);
        print("before", read(file, 0));
        long sinceNs = System.nanoTime();
        while (!ForeignThreads.ids().isEmpty() && System.nanoTime() - sinceNs < LIMIT.toNanos()) {
            Thread.onSpinWait();
        }
        Path written = Files.writeString(
                path.resolveSibling("pid"),
                Long.toString(ProcessHandle.current().pid()));
        Files.move(written, path.resolveSibling(ChildJvm.READY));
        awaitFile(ChildJvm.GO);
        print("refused", read(file, 0));
        Files.createFile(path.resolveSibling(ChildJvm.READY + "2"));
        awaitFile(ChildJvm.GO + "2");
        print("again", read(file, 0));
        file.close();
    }
}
