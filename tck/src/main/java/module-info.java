/**
 * The contract of asynchronous I/O as JUnit 5 tests, the same for every provider, and the fault injection that they
 * need. Open, because JUnit reaches the tests by reflection.
 */
open module dev.penstock.aio.tck {
    requires jdk.management;
    requires transitive dev.penstock.aio;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.annotation.versioning;

    exports dev.penstock.aio.tck;
    exports dev.penstock.aio.tck.provider;
    exports dev.penstock.aio.tck.system;

    uses dev.penstock.aio.spi.AioEngine;
    uses dev.penstock.aio.tck.UnderTestFactory;
}
