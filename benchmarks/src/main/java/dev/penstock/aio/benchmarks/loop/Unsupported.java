package dev.penstock.aio.benchmarks.loop;

/** What a system does not have. */
final class Unsupported {
    private Unsupported() {}

    /**
     * Refuses lists.
     *
     * @param system how its documentation calls it
     * @throws UnsupportedOperationException if the work is to start a list
     */
    static void lists(String system, Work work) {
        if (work.kind() == Work.Kind.LIST) {
            throw new UnsupportedOperationException(system + " starts no lists");
        }
    }
}
