/** A provider that moves bytes by io_uring. Exports nothing. */
module dev.penstock.aio.provider.uring {
    requires dev.penstock.aio;
    requires static org.jspecify;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.service.component.annotations;
    requires static org.osgi.service.metatype.annotations;

    provides dev.penstock.aio.spi.AioProvider with
            dev.penstock.aio.provider.uring.UringProvider;
}
