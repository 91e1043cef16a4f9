package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FioEngineTest {
    @Test
    void theRingIsUsedAsOursIs() {
        assertThat(FioEngine.URING.arguments(Works.named("read-4k-cached-d32")))
                .containsExactly(
                        "--ioengine=io_uring",
                        "--fixedbufs",
                        "--registerfiles",
                        "--iodepth_batch_submit=16",
                        "--iodepth_batch_complete_min=1",
                        "--iodepth_batch_complete_max=32");
        assertThat(FioEngine.URING.arguments(Works.named("read-4k-cached-d1")))
                .contains("--iodepth_batch_submit=1", "--iodepth_batch_complete_max=1");
    }

    @Test
    void theOthersHaveNothingToBeSet() {
        assertThat(FioEngine.PSYNC.arguments(Works.named("read-4k-cached-d1"))).containsExactly("--ioengine=psync");
        assertThat(FioEngine.POSIXAIO.arguments(Works.named("read-4k-cached-d32")))
                .containsExactly("--ioengine=posixaio");
    }

    @Test
    void onlyOneAtATimeIsForPsync() {
        assertThat(FioEngine.PSYNC.does(Works.named("read-4k-cached-d1"))).isTrue();
        assertThat(FioEngine.PSYNC.does(Works.named("read-4k-cached-d32"))).isFalse();
        assertThat(FioEngine.URING.does(Works.named("list-1b-10000"))).isFalse();
    }
}
