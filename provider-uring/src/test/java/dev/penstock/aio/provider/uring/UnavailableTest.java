package dev.penstock.aio.provider.uring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.Errno;
import dev.penstock.aio.provider.uring.plain.PlainMain;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.system.ChildJvm;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the kernel refuses io_uring, the provider is there, says why and what would help, and another one serves. */
@Timeout(120)
class UnavailableTest {
    @TempDir
    Path folder;

    private static Class<?> nio() {
        return ServiceLoader.load(AioProvider.class).stream()
                .filter(each -> each.type().getSimpleName().equals("NioProvider"))
                .findFirst()
                .orElseThrow()
                .type();
    }

    private String run(Errno errno, int first, int last) throws Exception {
        return Children.granted(ChildJvm.under(folder, Forbidden.calls(folder, errno.number(), first, last)))
                .with(nio())
                .run(PlainMain.class, folder.resolve("f").toString());
    }

    private static void assertNioServes(String output) {
        assertThat(output)
                .contains("nio=ACTIVE")
                .contains("write=100")
                .contains("read=100")
                .contains("provider=nio");
    }

    @ParameterizedTest
    @CsvSource({
        "EPERM, kernel.io_uring_disabled",
        "ENOSYS, Linux 5.11",
        "ENOMEM, ulimit -l",
        "EMFILE, ulimit -n",
        "EINVAL, a newer kernel"
    })
    void aRingThatIsRefusedIsTheReasonAndNioServes(Errno errno, String remedy) throws Exception {
        String output = run(errno, Abi.SYS_IO_URING_SETUP, Abi.SYS_IO_URING_REGISTER);

        assertThat(output)
                .contains("uring=UNAVAILABLE [io_uring_setup: " + errno + " (" + errno.number() + ")]")
                .containsPattern("uring=UNAVAILABLE .* \\[[^\\]]*\\Q" + remedy + "\\E");
        assertNioServes(output);
    }

    @Test
    void aRingThatMayNotBeEnteredIsTheReasonToo() throws Exception {
        String output = run(Errno.EPERM, Abi.SYS_IO_URING_ENTER, Abi.SYS_IO_URING_ENTER);

        assertThat(output).contains("uring=UNAVAILABLE [io_uring_enter: EPERM (1)]");
        assertNioServes(output);
    }

    @Test
    void aRingThatMayNotBeAskedWhatItCanDoIsTheReasonToo() throws Exception {
        String output = run(Errno.EPERM, Abi.SYS_IO_URING_REGISTER, Abi.SYS_IO_URING_REGISTER);

        assertThat(output).contains("uring=UNAVAILABLE [io_uring_register: EPERM (1)]");
        assertNioServes(output);
    }

    @Test
    void everyErrnoHasARemedy() {
        for (Errno errno : Errno.values()) {
            assertThat(new RingProblem("x", Math.max(1, errno.number())).remedy())
                    .isNotEmpty();
        }
    }
}
