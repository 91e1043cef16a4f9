package dev.penstock.aio.provider.uring;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Lease;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.spi.AioEngine;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.system.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** What runs in a process with other limits and rights. It needs no test library, and prints what it found. */
final class ChildMain {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int BLOCK = 4_096;

    private final Standalone io;
    private final Path path;

    private ChildMain(Standalone io, Path path) {
        this.io = io;
        this.path = path;
    }

    public static void main(String[] arguments) throws Exception {
        AioProvider provider = new UringProvider();
        AioEngine engine = ServiceLoader.load(AioEngine.class).findFirst().orElseThrow();
        try (Standalone io = engine.start(Map.of(), List.of(provider))) {
            new ChildMain(io, Path.of(arguments[1])).run(arguments[0]);
        }
    }

    private void run(String scenario) throws Exception {
        try {
            switch (scenario) {
                case "lease" -> moveALease();
                case "open" -> openOrNot();
                case "lock" -> lockOrNot();
                case "big" -> writeBeyondTheLimit(READ, WRITE, CREATE);
                case "big-dsync" -> writeBeyondTheLimit(READ, WRITE, CREATE, DSYNC);
                case "descriptors" -> useUpTheDescriptors();
                case "nothreads" -> moveWithoutThreads();
                case "traced" -> moveMuch();
                default -> throw new IllegalArgumentException(scenario);
            }
        } finally {
            io.providers().forEach(each -> print(each.name(), each.state() + " [" + each.reason() + "]"));
        }
    }

    private static void print(String name, Object value) {
        System.out.println(name + "=" + value);
    }

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

    private String write(AsyncFile file, int bytes, long offset) throws AioException {
        ControlBlock block = block(file, bytes, offset);
        io.write(block);
        return outcome(block);
    }

    private String sync(AsyncFile file, SyncMode mode) throws AioException {
        ControlBlock block = io.controlBlock().file(file);
        io.sync(mode, block);
        return outcome(block);
    }

    private void openOrNot() {
        try (AsyncFile file = io.open(path, READ)) {
            print("opened", file.path());
        } catch (AioException e) {
            print("refused", e.errno());
        }
    }

    private void lockOrNot() throws IOException {
        try (FileChannel channel = FileChannel.open(path, WRITE)) {
            print("locked", channel.tryLock() != null);
        }
    }

    private void moveALease() throws Exception {
        AsyncFile file = io.open(path, READ);
        try (Lease lease = io.lease(BLOCK)) {
            ControlBlock block = io.controlBlock().file(file).lease(lease);
            io.read(block);
            print("read", outcome(block));
        }
    }

    private void writeBeyondTheLimit(OpenOption... options) throws Exception {
        AsyncFile file = io.open(path, options);
        print("first", write(file, 12_288, 0));
        print("second", write(file, 8_192, 8_192));
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
        try {
            io.open(path.resolveSibling("missing"), READ);
        } catch (AioException e) {
            print("missing", e.errno());
        }
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
            right += read(file, 0).equals("4096") ? 1 : 0;
        }
        print("right", right == files.size() && right > 0);
        files.get(0).close();
        try (AsyncFile again = io.open(path, READ)) {
            print("again", read(again, 0));
        }
    }

    /** The kernel needs a thread for a sync, and for a write that would wait, unless it is helped with. */
    private void moveWithoutThreads() throws Exception {
        AsyncFile file = io.open(path, READ, WRITE);
        AsyncFile append = io.open(path, APPEND);
        AsyncFile synced = io.open(path, WRITE, DSYNC);
        AsyncFile syncedAppend = io.open(path, APPEND, DSYNC);
        Files.createFile(path.resolveSibling(ChildJvm.READY));
        long sinceNs = System.nanoTime();
        while (!Files.exists(path.resolveSibling(ChildJvm.GO))) {
            if (System.nanoTime() - sinceNs > LIMIT.toNanos()) {
                throw new IllegalStateException("no " + ChildJvm.GO);
            }
            Thread.onSpinWait();
        }
        print("read", read(file, 0));
        print("write", write(file, BLOCK, 0));
        print("sync", sync(file, SyncMode.FULL));
        print("dataSync", sync(file, SyncMode.DATA));
        print("append", write(append, 100, 0));
        print("appendSync", sync(append, SyncMode.FULL));
        print("syncedWrite", write(synced, BLOCK, 0));
        print("syncedAppend", write(syncedAppend, 100, 0));
        print("length", file.size().await(LIMIT));
        // To end in good order takes threads.
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private void moveMuch() throws Exception {
        AsyncFile file = io.open(path, READ, WRITE);
        int right = 0;
        for (int i = 0; i < 200; i++) {
            right += write(file, BLOCK, 0).equals("4096") ? 1 : 0;
            right += read(file, 0).equals("4096") ? 1 : 0;
        }
        right += sync(file, SyncMode.FULL).equals("0") ? 1 : 0;
        print("right", right);
    }
}
