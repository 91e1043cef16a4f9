/** A provider that moves bytes by the aio functions of glibc. Exports nothing. */
module dev.penstock.aio.provider.posix {
    requires dev.penstock.aio;
    requires static org.jspecify;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.service.component.annotations;
    requires static org.osgi.service.metatype.annotations;

    provides dev.penstock.aio.spi.AioProvider with
            dev.penstock.aio.provider.posix.PosixProvider;
}
