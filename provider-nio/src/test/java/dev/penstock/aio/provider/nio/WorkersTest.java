package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.spi.TransferKind;
import dev.penstock.aio.tck.system.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WorkersTest {
    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void makeFile() throws IOException {
        path = Files.writeString(folder.resolve("f"), "content");
    }

    private static List<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(Rig.THREAD_PREFIX + "-"))
                .toList();
    }

    @Test
    void workersAreNamedDaemonsThatAreStartedWhenThereIsWorkForThem() throws AioException {
        try (Rig rig = Rig.ofThreads(3)) {
            assertThat(workers()).hasSize(1);
            NioFile file = rig.open(path, READ);

            List<TestTransfer.Held> held = new ArrayList<>();
            List<Long> tokens = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                held.add(new TestTransfer.Held(file));
                tokens.add(rig.stage(held.get(i)));
            }
            rig.lane.flush();
            held.subList(0, 3).forEach(TestTransfer.Held::awaitStart);

            assertThat(workers())
                    .extracting(Thread::getName)
                    .containsExactlyInAnyOrder("rig-test-0", "rig-test-1", "rig-test-2");
            assertThat(workers()).allMatch(Thread::isDaemon);
            assertThat(workers()).allMatch(thread -> thread.getContextClassLoader() == null);
            held.forEach(TestTransfer.Held::letGo);
            tokens.forEach(token -> assertThat(rig.sink.await(token).result()).isEqualTo(1));
        }
    }

    @Test
    void idleWorkersEndButTheFirst() throws AioException {
        NioSettings settings = new NioSettings(3, Rig.THREAD_PREFIX, 1, 256, 0);
        try (Rig rig = new Rig(settings)) {
            NioFile file = rig.open(path, READ);
            TestTransfer.Held first = new TestTransfer.Held(file);
            TestTransfer.Held second = new TestTransfer.Held(file);
            long firstToken = rig.stage(first);
            long secondToken = rig.stage(second);
            rig.lane.flush();
            first.awaitStart();
            second.awaitStart();
            assertThat(workers()).hasSize(2);

            first.letGo();
            second.letGo();
            rig.sink.await(firstToken);
            rig.sink.await(secondToken);

            await().atMost(Duration.ofSeconds(20)).until(() -> workers().size() == 1);
            assertThat(workers()).extracting(Thread::getName).containsExactly("rig-test-0");
            assertThat(rig.run(TestTransfer.of(TransferKind.SIZE, file)).result())
                    .isEqualTo(7);
        }
    }

    @Test
    void noThreadIsLeftAfterClose() throws AioException {
        Rig rig = Rig.ofThreads(8);
        NioFile file = rig.open(path, READ);
        List<Long> tokens = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            tokens.add(rig.stage(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(7))));
        }
        rig.lane.flush();
        tokens.forEach(rig.sink::await);

        rig.close();

        assertThat(workers()).isEmpty();
    }

    @Test
    void closeOfAnInterruptedThreadEndsTheWorkersAndKeepsTheInterrupt() throws AioException {
        Rig rig = Rig.ofThreads(2);
        Thread.currentThread().interrupt();

        rig.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(workers()).isEmpty();
    }

    @Test
    void interruptingAWorkerHasNoEffect() throws AioException {
        try (Rig rig = Rig.ofThreads(1)) {
            NioFile file = rig.open(path, READ);
            for (int i = 0; i < 1_000; i++) {
                long token = rig.stage(TestTransfer.read(file, 0, ByteBuffer.allocateDirect(7)));
                rig.lane.flush();
                workers().forEach(Thread::interrupt);

                assertThat(rig.sink.await(token).result()).isEqualTo(7);
            }
            assertThat(file.channel().isOpen()).isTrue();
        }
    }

    @Test
    void whereNoThreadCanBeHadTheFirstDoesAllTheWork() throws Exception {
        String output = ChildJvm.asNobodyWithoutThreads(folder)
                .with(Errno.class, NioProvider.class)
                .run(ChildMain.class, "nothreads", path.toString());

        assertThat(output).contains("done=8 threads=1");
    }
}
