package dev.penstock.aio.provider.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncIo;
import dev.penstock.aio.provider.posix.plain.PlainMain;
import dev.penstock.aio.spi.AioProvider;
import dev.penstock.aio.tck.system.ChildJvm;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Access to native functions is the launcher's to grant; without it the provider says what to do and nio serves. */
@Timeout(120)
class AccessTest {
    private static final String DENIED = "--illegal-native-access=deny";
    private static final String MODULE = "dev.penstock.aio.provider.posix";

    @TempDir
    Path folder;

    private String file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("f").toString();
    }

    private static Class<?> nio() {
        return ServiceLoader.load(AioProvider.class).stream()
                .filter(each -> each.type().getSimpleName().equals("NioProvider"))
                .findFirst()
                .orElseThrow()
                .type();
    }

    @Test
    void deniedItIsUnavailableWithTheFlagAndNioServes() throws Exception {
        String output = Children.ungranted(ChildJvm.in(folder))
                .with(nio())
                .options(DENIED)
                .run(PlainMain.class, file);

        assertThat(output)
                .containsPattern("native=UNAVAILABLE \\[native access is denied to it: .+\\]"
                        + " \\[start Java with --enable-native-access=ALL-UNNAMED\\]")
                .contains("nio=ACTIVE")
                .contains("write=100")
                .contains("read=100")
                .contains("provider=nio");
    }

    @Test
    void grantedItStandsByAndServesWhereItIsNamed() throws Exception {
        String output = Children.granted(ChildJvm.in(folder))
                .with(nio())
                .options(DENIED)
                .run(PlainMain.class, file);
        String named = Children.granted(ChildJvm.in(folder))
                .with(nio())
                .options(DENIED)
                .run(PlainMain.class, file, "native");

        assertThat(output).contains("native=STANDBY [] []").contains("provider=nio");
        assertThat(named)
                .contains("native=ACTIVE [] []")
                .contains("write=100")
                .contains("read=100")
                .contains("provider=native");
    }

    @Test
    void onTheModulePathTheFlagNamesTheModule() throws Exception {
        String output = modules().run(PlainMain.class, file);

        assertThat(output)
                .containsPattern("native=UNAVAILABLE \\[native access is denied to it: .+\\]"
                        + " \\[start Java with --enable-native-access=" + MODULE + "\\]")
                .contains("nio=ACTIVE")
                .contains("provider=nio");
    }

    @Test
    void onTheModulePathTheFlagThatItNamesIsEnough() throws Exception {
        String output = modules().options("--enable-native-access=" + MODULE).run(PlainMain.class, file, "native");

        assertThat(output).contains("native=ACTIVE [] []").contains("read=100").contains("provider=native");
    }

    private ChildJvm modules() throws Exception {
        return ChildJvm.in(folder)
                .withModules(AsyncIo.class, ChildJvm.engine(), PosixProvider.class, nio())
                .options(DENIED);
    }

    /** The libraries are named as the loader of the system names them, and it knows where they are. */
    @Test
    void theLibraryIsFoundWhateverTheLibraryPathOfJava() throws Exception {
        String output = Children.granted(ChildJvm.in(folder))
                .options("-Djava.library.path=" + folder)
                .run(PlainMain.class, file);

        assertThat(output).contains("provider=native");
    }
}
