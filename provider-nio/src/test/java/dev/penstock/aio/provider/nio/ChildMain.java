package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.penstock.aio.AioException;
import dev.penstock.aio.spi.BackendFile;
import dev.penstock.aio.spi.CompletionSink;
import dev.penstock.aio.spi.Lane;
import dev.penstock.aio.spi.Transfer;
import dev.penstock.aio.tck.system.ChildJvm;
import dev.penstock.aio.tck.system.TestSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What runs in a process with other limits and rights. It needs no test library, and prints what it found. */
final class ChildMain {
    private static final BlockingQueue<String> ENDED = new LinkedBlockingQueue<>();

    private ChildMain() {}

    public static void main(String[] arguments) throws Exception {
        Path path = Path.of(arguments[1]);
        NioBackend backend = new NioBackend(Rig.settings(4, 0), "child", ErrnoText.ofCLocale());
        Lane lane = backend.lane(0, new PrintingSink());
        switch (arguments[0]) {
            case "open" -> open(backend, path);
            case "takeover" -> takeOverWithoutPermission(backend, path);
            case "big" -> writeBeyondTheLimit(backend, lane, path);
            case "nothreads" -> workWithoutThreads(backend, lane, path);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        backend.close();
    }

    private static void open(NioBackend backend, Path path) {
        try {
            backend.open(new TestSpec(path, READ)).close();
            System.out.println("opened");
        } catch (AioException e) {
            System.out.println(e.errno());
        }
    }

    private static void takeOverWithoutPermission(NioBackend backend, Path path) throws Exception {
        BackendFile open = backend.open(new TestSpec(path, WRITE, CREATE));
        int number = open.descriptor();
        takeOver("nothing", "---------", new TestSpec(path, WRITE), backend, number);
        takeOver("writing", "-w-------", new TestSpec(path, READ, APPEND), backend, number);
        open.close();
    }

    private static void takeOver(String may, String permissions, TestSpec spec, NioBackend backend, int number)
            throws IOException {
        Files.setPosixFilePermissions(spec.path(), PosixFilePermissions.fromString(permissions));
        String outcome;
        try {
            backend.takeOver(spec, number).close();
            outcome = "taken over";
        } catch (AioException e) {
            outcome = e.errno().toString();
        }
        System.out.println(may + ": " + outcome + " " + descriptors(spec.path()));
    }

    private static int descriptors(Path path) throws IOException {
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path each : all) {
                count += Files.readSymbolicLink(each).equals(path.toAbsolutePath()) ? 1 : 0;
            }
        }
        return count;
    }

    private static void writeBeyondTheLimit(NioBackend backend, Lane lane, Path path) throws Exception {
        NioFile file = (NioFile) backend.open(new TestSpec(path, WRITE, CREATE));
        System.out.println("first " + run(lane, TestTransfer.write(file, 0, ByteBuffer.allocateDirect(12_288))));
        System.out.println("second " + run(lane, TestTransfer.write(file, 8_192, ByteBuffer.allocateDirect(4_096))));
        file.close();
    }

    private static void workWithoutThreads(NioBackend backend, Lane lane, Path path) throws Exception {
        NioFile file = (NioFile) backend.open(new TestSpec(path, READ));
        Files.createFile(path.resolveSibling(ChildJvm.READY));
        while (!Files.exists(path.resolveSibling(ChildJvm.GO))) {
            Thread.onSpinWait();
        }
        TestTransfer.Held held = new TestTransfer.Held(file);
        lane.stage(0, held);
        lane.flush();
        held.awaitStart();
        for (int slot = 1; slot < 8; slot++) {
            lane.stage(slot, TestTransfer.read(file, 0, ByteBuffer.allocateDirect(1)));
            lane.flush();
        }
        held.letGo();
        int done = 0;
        while (done < 8 && await() != null) {
            done++;
        }
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread instanceof Worker)
                .count();
        System.out.println("done=" + done + " threads=" + threads);
        file.close();
    }

    private static String run(Lane lane, Transfer transfer) throws InterruptedException {
        lane.stage(0, transfer);
        lane.flush();
        return await();
    }

    private static String await() throws InterruptedException {
        return ENDED.poll(20, TimeUnit.SECONDS);
    }

    private static final class PrintingSink implements CompletionSink {
        @Override
        public void completed(long token, long result) {
            ENDED.add(Long.toString(result));
        }

        @Override
        public void failed(long token, int errno, String text) {
            ENDED.add("errno=" + errno + " " + text);
        }

        @Override
        public void repeat(long token) {
            ENDED.add("repeat");
        }
    }
}
