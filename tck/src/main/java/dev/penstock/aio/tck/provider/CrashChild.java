package dev.penstock.aio.tck.provider;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.ControlBlock;
import dev.penstock.aio.Errno;
import dev.penstock.aio.Request;
import dev.penstock.aio.Standalone;
import dev.penstock.aio.tck.system.ForeignArena;
import dev.penstock.aio.tck.system.ForeignArena.Kind;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What would bring a process down, or spoil its memory or files, if the kernel were given what can go away. It needs no test
 * library.
 */
public class CrashChild {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int BYTES = 4_096;
    private static final byte GUARD = 0x55;

    private final Standalone io;
    private final Path folder;

    /** For a process that has one provider. */
    protected CrashChild(Path folder) {
        this.io = AsyncIo.load();
        this.folder = folder;
    }

    /** Does what is named, and closes the instance unless that ends the process. */
    protected final void run(String what) throws Exception {
        switch (what) {
            case "arena" -> closeArenasInFlight();
            case "interrupts" -> interruptEverybody();
            case "exit" -> exitWithRequestsPending();
            case "halt" -> haltInTheMiddle();
            case "storm" -> closeInAStorm();
            default -> throw new IllegalArgumentException(what);
        }
        io.close();
    }

    /** Keeps busy what the provider moves bytes with, where there is such a thing; returns what lets it go. */
    protected Runnable keepBusy() {
        return () -> {};
    }

    /** Keeps it busy for good, but for one part of it. */
    protected void keepNearlyBusy() {}

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[BYTES];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static <T> T get(FutureTask<T> task) throws Exception {
        return task.get(60, TimeUnit.SECONDS);
    }

    private static <T> FutureTask<T> background(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        Thread thread = new Thread(future, "child");
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    /** Memory that is freed while the kernel is about to use it is given to others at once, who must keep what is theirs. */
    private void closeArenasInFlight() throws Exception {
        AsyncFile file = io.open(Files.write(folder.resolve("f"), bytes('f')), READ, WRITE);
        int ended = 0;
        int spoiled = 0;
        for (int round = 0; round < 20; round++) {
            List<Request<Long>> requests = new ArrayList<>();
            List<ByteBuffer> guards = new ArrayList<>();
            try (ForeignArena guarded = ForeignArena.open(Kind.SHARED)) {
                Runnable letGo = keepBusy();
                for (int i = 0; i < 16; i++) {
                    ForeignArena arena = ForeignArena.open(Kind.SHARED);
                    ByteBuffer buffer = arena.buffer(BYTES);
                    requests.add(i % 4 == 0 ? file.write(buffer, BYTES) : file.read(buffer, 0));
                    arena.closeInTheEnd();
                    guards.add(guarded.buffer(BYTES).put(bytes(GUARD)));
                }
                letGo.run();
                for (Request<Long> each : requests) {
                    ended += isEnded(each) ? 1 : 0;
                }
                for (ByteBuffer guard : guards) {
                    for (int i = 0; i < BYTES; i++) {
                        spoiled += guard.get(i) == GUARD ? 0 : 1;
                    }
                }
            }
        }
        System.out.println("ended=" + ended + " spoiled=" + spoiled);
        System.out.println(
                "content=" + Arrays.equals(Arrays.copyOf(Files.readAllBytes(folder.resolve("f")), BYTES), bytes('f')));
    }

    /** It may fail or not: the memory was the user's to close. */
    private static boolean isEnded(Request<Long> request) throws InterruptedException {
        try {
            request.await(LIMIT);
        } catch (AioException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
        return true;
    }

    private void interruptEverybody() throws Exception {
        Path path = Files.write(folder.resolve("f"), bytes('f'));
        AsyncFile file = io.open(path, READ);
        AtomicBoolean over = new AtomicBoolean();
        List<FutureTask<Integer>> all = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            FutureTask<Integer> reading = new FutureTask<>(() -> readThoughInterrupted(file));
            all.add(reading);
            threads.add(new Thread(reading, "child-" + t));
        }
        threads.forEach(Thread::start);
        FutureTask<Void> interrupting = background(() -> {
            while (!over.get()) {
                threads.forEach(Thread::interrupt);
                Thread.onSpinWait();
            }
            return null;
        });
        int right = 0;
        for (FutureTask<Integer> each : all) {
            right += get(each);
        }
        over.set(true);
        get(interrupting);
        System.out.println("right=" + right + " open=" + file.isOpen());
    }

    private int readThoughInterrupted(AsyncFile file) throws Exception {
        int right = 0;
        ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
        ControlBlock block = io.controlBlock().file(file);
        ControlBlock[] blocks = {block};
        for (int i = 0; i < 500; i++) {
            io.read(block.buffer(buffer.clear()));
            boolean ended = false;
            while (!ended) {
                try {
                    io.suspend(blocks);
                    ended = true;
                } catch (AioException e) {
                    if (e.errno() != Errno.EINTR || !Thread.interrupted()) {
                        throw e;
                    }
                }
            }
            boolean same = true;
            for (int b = 0; b < BYTES; b++) {
                same &= buffer.get(b) == 'f';
                buffer.put(b, (byte) 0);
            }
            right += same && io.result(block) == BYTES ? 1 : 0;
        }
        return right;
    }

    private void exitWithRequestsPending() throws Exception {
        startMany();
        System.exit(7);
    }

    private void haltInTheMiddle() throws Exception {
        startMany();
        Runtime.getRuntime().halt(8);
    }

    /** Some where the bytes are moved, running and waiting, and some in the engine. */
    private void startMany() throws Exception {
        AsyncFile file = io.open(Files.write(folder.resolve("f"), bytes('f')), READ, WRITE);
        keepNearlyBusy();
        for (int i = 0; i < 1_000; i++) {
            file.read(ByteBuffer.allocateDirect(BYTES), 0);
            file.write(ByteBuffer.wrap(bytes('f')), 0);
        }
    }

    /** Files of this provider and others share the numbers of descriptors, and each keeps its bytes. */
    private void closeInAStorm() throws Exception {
        List<FutureTask<Integer>> all = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int thread = t;
            all.add(background(() -> storm(thread)));
        }
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<Integer> bystander = background(() -> bystand(over));
        int wrong = 0;
        for (FutureTask<Integer> each : all) {
            wrong += get(each);
        }
        over.set(true);
        System.out.println("wrong=" + wrong + " bystanders=" + get(bystander));
    }

    private int storm(int thread) throws Exception {
        int wrong = 0;
        for (int i = 0; i < 100; i++) {
            Path path = folder.resolve(thread + "-" + i);
            try (AsyncFile file = io.open(path, READ, WRITE, CREATE_NEW)) {
                for (int w = 0; w < 4; w++) {
                    file.write(ByteBuffer.wrap(bytes(i)), (long) w * BYTES);
                }
            }
            byte[] content = Files.readAllBytes(path);
            wrong += content.length == 4 * BYTES ? 0 : 1;
            for (byte each : content) {
                wrong += each == (byte) i ? 0 : 1;
            }
            Files.delete(path);
        }
        return wrong;
    }

    /** Returns in how many files something else was found than what was written. */
    private int bystand(AtomicBoolean over) throws Exception {
        int wrong = 0;
        for (int i = 0; !over.get(); i++) {
            Path path = folder.resolve("bystander-" + i);
            try (FileChannel channel = FileChannel.open(path, READ, WRITE, CREATE_NEW)) {
                channel.write(ByteBuffer.wrap(new byte[] {GUARD}), 0);
                wrong += channel.size() == 1 ? 0 : 1;
            }
            wrong += Files.readAllBytes(path).length == 1 ? 0 : 1;
            Files.delete(path);
        }
        return wrong;
    }
}
