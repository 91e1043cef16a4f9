/**
 * POSIX asynchronous I/O for Java: the interfaces for users ({@link dev.penstock.aio}), for those who are told of
 * completions ({@link dev.penstock.aio.notification}) and for providers ({@link dev.penstock.aio.spi}). It has no dependency and holds no code that moves bytes.
 */
module dev.penstock.aio {
    requires static org.jspecify;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.annotation.versioning;

    exports dev.penstock.aio;
    exports dev.penstock.aio.notification;
    exports dev.penstock.aio.spi;

    uses dev.penstock.aio.spi.AioEngine;
    uses dev.penstock.aio.spi.NotificationStarter;
}
