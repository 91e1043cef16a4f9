package dev.penstock.aio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.aio.AsyncFile;
import dev.penstock.aio.ControlBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a lane is handed. */
class TransferTest extends EngineTest {
    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 0, 5, Long.MAX_VALUE})
    void theOffsetOfAnAppendIsNotHandedOn(long offset) throws Exception {
        AsyncFile file = openToAppend();
        ControlBlock block = block(file, 10, offset);
        provider.holdAll();

        io().write(block);
        await("it runs", () -> provider.lane().held().size() == 1);

        assertThat(provider.lane().held().get(0).transfer.offset()).isZero();
        assertThat(block.offset()).isEqualTo(offset);
    }

    @Test
    void theOffsetOfAWriteIs() throws Exception {
        ControlBlock block = block(open(), 10, 5);
        provider.holdAll();

        io().write(block);
        await("it runs", () -> provider.lane().held().size() == 1);

        assertThat(provider.lane().held().get(0).transfer.offset()).isEqualTo(5);
    }
}
