package dev.penstock.aio.engine;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.aio.FileOption;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The options of an open: what is no set is taken as one, what is missing is named, and messages are the same always. */
class OpenOptionsTest extends EngineTest {
    @Test
    void anOptionThatOccursTwiceCountsOnce() throws Exception {
        assertThat(io().open(newPath(), READ, WRITE, READ).options()).containsExactly(READ, WRITE);
    }

    @Test
    void whatIsMissingIsNamed() {
        FileAttribute<?>[] attributes = {null};

        assertThatThrownBy(() -> io().open(null, READ)).hasMessage("path");
        assertThatThrownBy(() -> io().open(newPath(), (OpenOption[]) null)).hasMessage("options");
        assertThatThrownBy(() -> io().open(newPath(), READ, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("one of options");
        assertThatThrownBy(() -> io().open(newPath(), new HashSet<>(Arrays.asList(READ, null))))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("one of options");
        assertThatThrownBy(() -> io().open(newPath(), Set.of(WRITE, CREATE), attributes))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("one of attributes");
    }

    @Test
    void messagesShowThemInOneOrder() throws Exception {
        for (List<OpenOption> options : List.<List<OpenOption>>of(
                List.of(LinkOption.NOFOLLOW_LINKS, FileOption.DIRECT, DSYNC, WRITE, READ),
                List.of(READ, DSYNC, FileOption.DIRECT, WRITE, LinkOption.NOFOLLOW_LINKS))) {
            assertThat(ParsedOptions.of(newPath(), Set.copyOf(options)).toString())
                    .endsWith(" options=[READ, WRITE, DSYNC, DIRECT, NOFOLLOW_LINKS]");
        }
    }

    @Test
    void theOptionsOfAFileCannotBeChanged() throws Exception {
        Set<OpenOption> options = open().options();

        assertThatThrownBy(() -> options.add(DSYNC)).isInstanceOf(UnsupportedOperationException.class);
    }
}
