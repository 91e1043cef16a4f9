package dev.penstock.aio.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorksTest {
    @Test
    void allWorkThatAComparisonOwesIsThere() {
        assertThat(Works.names())
                .contains(
                        "read-4k-cached-d1",
                        "read-4k-cached-d32",
                        "read-4k-cached-d256",
                        "read-4k-direct-d1",
                        "read-4k-direct-d32",
                        "read-4k-direct-d256",
                        "read-4k-cached-d32-t2",
                        "read-4k-cached-d32-t4",
                        "read-4k-cached-d32-t8",
                        "read-4k-cached-d1000",
                        "read-4k-cached-d10000",
                        "read-4k-cached-d100000",
                        "write-4k-cached-d1",
                        "write-4k-cached-d32",
                        "write-4k-direct-d32",
                        "mixed-4k-cached-d32",
                        "write-sync-4k",
                        "read-64k-cached-d4",
                        "read-64k-direct-d4",
                        "write-64k-cached-d4",
                        "read-1m-cached-d4",
                        "read-1m-direct-d4",
                        "write-1m-cached-d4",
                        "list-1b-10000")
                .doesNotHaveDuplicates();
    }
}
