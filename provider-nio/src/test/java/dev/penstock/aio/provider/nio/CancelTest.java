package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CancelTest {
    @TempDir
    Path folder;

    private Path path;
    private Rig rig;
    private NioFile file;

    @BeforeEach
    void start() throws IOException {
        path = Files.writeString(folder.resolve("f"), "0123456789");
        rig = Rig.ofThreads(1);
        file = rig.open(path, READ, WRITE);
    }

    @AfterEach
    void stop() throws AioException {
        rig.close();
    }

    @Test
    void whatIsStagedIsTakenBackAndToldBeforeCancelReturns() {
        long token = rig.stage(TestTransfer.write(file, 0, Rig.bytes("x")));

        assertThat(rig.lane.cancel(token)).isTrue();

        assertThat(rig.sink.get(token).errno()).isEqualTo(Errno.ECANCELED);
        assertThat(rig.sink.get(token).by()).isEqualTo(Thread.currentThread());
    }

    @Test
    void whatWasTakenBackIsNeverCarriedOut() {
        long token = rig.stage(TestTransfer.write(file, 0, Rig.bytes("x")));
        rig.lane.cancel(token);

        assertThat(rig.run(TestTransfer.write(file, 1, Rig.bytes("y"))).result())
                .isEqualTo(1);

        assertThat(path).hasContent("0y23456789");
    }

    @Test
    void oneThatWaitsBehindARunningOneIsTakenBackAlthoughItWasFlushed() {
        TestTransfer.Held running = new TestTransfer.Held(file);
        long runningToken = rig.stage(running);
        rig.lane.flush();
        running.awaitStart();
        long waitingToken = rig.stage(TestTransfer.write(file, 0, Rig.bytes("x")));
        rig.lane.flush();

        assertThat(rig.lane.cancel(waitingToken)).isTrue();
        running.letGo();

        assertThat(rig.sink.await(runningToken).result()).isEqualTo(1);
        assertThat(path).hasContent("0123456789");
    }

    @Test
    void whatRunsIsNotTakenBack() {
        TestTransfer.Held running = new TestTransfer.Held(file);
        long token = rig.stage(running);
        rig.lane.flush();
        running.awaitStart();

        assertThat(rig.lane.cancel(token)).isFalse();
        running.letGo();

        assertThat(rig.sink.await(token).result()).isEqualTo(1);
    }

    @Test
    void whatHasEndedIsNotTakenBack() {
        long token = rig.stage(TestTransfer.write(file, 0, Rig.bytes("x")));
        rig.lane.flush();
        rig.sink.await(token);

        assertThat(rig.lane.cancel(token)).isFalse();
        assertThat(rig.sink.get(token)).isNull();
    }

    @Test
    void aSecondCancelTellsNothing() {
        long token = rig.stage(TestTransfer.write(file, 0, Rig.bytes("x")));
        rig.lane.cancel(token);

        assertThat(rig.lane.cancel(token)).isFalse();
        assertThat(rig.sink.await(token).errno()).isEqualTo(Errno.ECANCELED);
    }
}
