package dev.penstock.aio.notification.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.AioException;
import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.Errno;
import dev.penstock.aio.SyncMode;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.Completion.Operation;
import dev.penstock.aio.tck.Bounded;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What a listener is told of a request. */
class TellingTest extends FanOutTest {

    @Test
    void everyOperationIsToldWithWhatItDid() throws Exception {
        AsyncFile file = open("f");
        register(told::add);

        write(file, 10);
        file.read(ByteBuffer.allocateDirect(100), 4).await(Bounded.LIMIT);
        file.sync(SyncMode.FULL).await(Bounded.LIMIT);
        file.sync(SyncMode.DATA).await(Bounded.LIMIT);
        file.truncate(7).await(Bounded.LIMIT);
        file.size().await(Bounded.LIMIT);

        awaitSize(told, 6);
        assertThat(told)
                .extracting(Completion::operation)
                .containsExactly(
                        Operation.WRITE,
                        Operation.READ,
                        Operation.SYNC,
                        Operation.DATA_SYNC,
                        Operation.TRUNCATE,
                        Operation.SIZE);
        assertThat(told).extracting(Completion::sequence).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(told).extracting(Completion::offset).containsExactly(0L, 4L, 0L, 0L, 7L, 0L);
        assertThat(told).extracting(Completion::requested).containsExactly(10L, 100L, 0L, 0L, 0L, 0L);
        assertThat(told).extracting(Completion::transferred).containsExactly(10L, 6L, 0L, 0L, 0L, 0L);
        assertThat(told).allSatisfy(each -> {
            assertThat(each.path()).isEqualTo(file.path());
            assertThat(each.errno()).isEqualTo(Errno.SUCCESS);
            assertThat(each.errorNumber()).isZero();
            assertThat(each.provider()).isEqualTo("nio");
            assertThat(each.instance()).isEqualTo("default");
            assertThat(each.tag()).isNull();
            assertThat(each.queueNanos()).isNotNegative();
            assertThat(each.serviceNanos()).isPositive();
        });
    }

    @Test
    void aRequestThatAsksForItIsToldWithItsTag() throws Exception {
        publishOnRequest();
        AsyncFile file = open("f");
        register(told::add);

        write(file, 1);
        write(file, "journal");

        awaitSize(told, 1);
        assertThat(told.get(0).tag()).isEqualTo("journal");
        assertThat(told.get(0).sequence()).isEqualTo(2);
    }

    @Test
    void withoutTheServiceARequestThatAsksForItIsRefused() throws Exception {
        AsyncFile file = open("f");

        assertThatThrownBy(() -> write(file, "journal"))
                .isInstanceOfSatisfying(
                        AioException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                .hasMessageContaining("dev.penstock.aio.notification");
    }
}
