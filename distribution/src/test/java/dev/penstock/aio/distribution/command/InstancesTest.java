package dev.penstock.aio.distribution.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is read from the shell's answers. */
class InstancesTest {
    private static final String STATS = """
            instance default
              requests done                            12
              longest pause of a move in us            1
            instance cli
              requests done                            34
              longest pause of a move in us            56789
            instance other
              longest pause of a move in us            7""";

    @Test
    void theLongestPauseIsThatOfTheCommandsOwnInstance() throws Exception {
        assertThat(Instances.longestPauseUs(STATS)).isEqualTo(56_789);
    }

    @Test
    void whereItIsNotToldThatIsAFailure() {
        assertThatThrownBy(() -> Instances.longestPauseUs(STATS.replace("instance cli", "instance clip")))
                .isInstanceOf(IOException.class)
                .hasMessage("--swap: aio:stats does not tell the longest pause");
    }
}
