/** The engine: the contract of asynchronous I/O above whichever provider moves the bytes. Exports nothing. */
module dev.penstock.aio.engine {
    requires dev.penstock.aio;
    requires static org.jspecify;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.framework;
    requires static org.osgi.service.component;
    requires static org.osgi.service.component.annotations;
    requires static org.osgi.service.metatype.annotations;

    uses dev.penstock.aio.spi.AioProvider;

    provides dev.penstock.aio.spi.AioEngine with
            dev.penstock.aio.engine.Boot;
}
