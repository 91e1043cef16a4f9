package dev.penstock.aio.distribution.command;

import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The shell commands {@code exit} and {@code quit}. They stand in Gogo's own scope, where it looks first: elsewhere it
 * finds {@code System.exit}, which wants a number.
 */
@Component(
        service = ShellExit.class,
        property = {"osgi.command.scope=gogo", "osgi.command.function=exit", "osgi.command.function=quit"})
public final class ShellExit {
    private final BundleContext context;

    @Activate
    public ShellExit(BundleContext context) {
        this.context = context;
    }

    /** Stops the framework, which ends the command. */
    public void exit() throws BundleException {
        context.getBundle(Constants.SYSTEM_BUNDLE_ID).stop();
    }

    /** Does what {@link #exit} does. */
    public void quit() throws BundleException {
        exit();
    }
}
