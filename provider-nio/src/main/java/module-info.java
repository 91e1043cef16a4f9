/** A provider that moves bytes with FileChannel on a bounded thread pool. Exports nothing. */
module dev.penstock.aio.provider.nio {
    requires dev.penstock.aio;
    requires static org.jspecify;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.service.component.annotations;
    requires static org.osgi.service.metatype.annotations;

    provides dev.penstock.aio.spi.AioProvider with
            dev.penstock.aio.provider.nio.NioProvider;
}
