/** The notification service: fans completions out to listeners. Exports nothing; its API is in the api module. */
module dev.penstock.aio.notification {
    requires dev.penstock.aio;
    requires static org.apache.felix.gogo.runtime;
    requires static org.jspecify;
    requires static org.osgi.annotation.bundle;
    requires static org.osgi.framework;
    requires static org.osgi.service.component.annotations;
    requires static org.osgi.service.event;
    requires static org.osgi.service.metatype.annotations;

    provides dev.penstock.aio.spi.NotificationStarter with
            dev.penstock.aio.notification.fanout.PlainStart;
}
