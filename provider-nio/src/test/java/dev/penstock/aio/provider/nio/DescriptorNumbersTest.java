package dev.penstock.aio.provider.nio;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.tck.system.Needs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many channels, the middle one of which stands at neither end of the descriptors of the process. Linux only. */
@Timeout(120)
class DescriptorNumbersTest {
    private static final int CHANNELS = 300;
    private static final int MIDDLE = CHANNELS / 2;
    private static final Path FD = Path.of("/proc/self/fd");

    @TempDir
    Path folder;

    private final DescriptorNumbers numbers = new DescriptorNumbers("test");
    private final List<FileChannel> channels = new ArrayList<>();
    private final List<DescriptorNumber> each = new ArrayList<>();

    @BeforeEach
    void openAll() throws IOException {
        Needs.that(Files.isDirectory(FD), "it needs " + FD);
        for (int i = 0; i < CHANNELS; i++) {
            open(CREATE, i % 2 == 0 ? WRITE : APPEND);
        }
    }

    private void open(OpenOption... options) throws IOException {
        FileChannel channel = FileChannel.open(path(channels.size()), options);
        channels.add(channel);
        each.add(numbers.of(channel));
    }

    private Path path(int i) {
        return folder.resolve("f" + i);
    }

    @AfterEach
    void closeAll() throws IOException {
        for (FileChannel channel : channels) {
            channel.close();
        }
    }

    private void assertLeadsToItsFile(int i, int number) throws IOException {
        assertThat(Files.readSymbolicLink(FD.resolve(Integer.toString(number))))
                .as("file %s", i)
                .isEqualTo(path(i).toRealPath());
    }

    @Test
    void oneLookFindsAllThatAreNotKnown() throws IOException {
        assertLeadsToItsFile(MIDDLE, each.get(MIDDLE).find());

        for (int i = 0; i < CHANNELS; i++) {
            assertLeadsToItsFile(i, each.get(i).known());
        }
    }

    @Test
    void whatStandsAtAnEndIsFoundWithoutALookForAll() throws IOException {
        assertLeadsToItsFile(CHANNELS - 1, each.get(CHANNELS - 1).find());

        assertThat(each.get(MIDDLE).known()).isEqualTo(DescriptorNumber.UNKNOWN);
    }

    @Test
    void theOthersMayBeClosedOrForgottenMeanwhile() throws IOException {
        for (int i = 0; i < MIDDLE; i++) {
            channels.get(i).close();
            if (i % 2 == 0) {
                each.get(i).forget();
            }
        }
        // They take the numbers of those that were closed.
        for (int i = 0; i < MIDDLE; i++) {
            open(CREATE, READ, WRITE);
        }

        assertLeadsToItsFile(MIDDLE, each.get(MIDDLE).find());

        for (int i = 0; i < MIDDLE; i++) {
            assertThat(each.get(i).known()).isEqualTo(DescriptorNumber.UNKNOWN);
        }
        for (int i = MIDDLE; i < channels.size(); i++) {
            assertLeadsToItsFile(i, each.get(i).known());
        }
    }

    @Test
    void whatIsFoundStaysAndItsChannelIsLeftAlone() throws IOException {
        int number = each.get(MIDDLE).find();
        channels.get(MIDDLE).position(7);
        channels.get(0).write(ByteBuffer.wrap(new byte[3]));

        assertThat(each.get(0).find()).isNotEqualTo(number);
        assertThat(each.get(MIDDLE).find()).isEqualTo(number);
        assertThat(channels.get(MIDDLE).position()).isEqualTo(7);
    }

    @Test
    void theChannelThatIsSoughtMustBeOpen() throws IOException {
        channels.get(MIDDLE).close();

        assertThatThrownBy(() -> each.get(MIDDLE).find()).isInstanceOf(ClosedChannelException.class);
    }
}
