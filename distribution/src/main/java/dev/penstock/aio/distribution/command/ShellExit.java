package dev.penstock.aio.distribution.command;

import java.util.concurrent.locks.LockSupport;
import org.apache.felix.service.command.CommandSession;
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
    /** More than it takes a command to return. */
    private static final long COMMAND_NS = 1_000_000_000;

    private static final long LOOK_NS = 1_000_000;

    private final BundleContext context;

    @Activate
    public ShellExit(BundleContext context) {
        this.context = context;
    }

    /**
     * Stops the framework, which ends the command. That interrupts the shell, which prints the interrupt if it still waits
     * for this very command; so it is done when this one has ended.
     *
     * @param session the shell's
     */
    public void exit(CommandSession session) {
        Thread stopping = new Thread(() -> stopAfter(session), "penstock-shell-exit");
        stopping.setDaemon(true);
        stopping.start();
    }

    /** Does what {@link #exit} does. */
    public void quit(CommandSession session) {
        exit(session);
    }

    private void stopAfter(CommandSession session) {
        long beganNs = System.nanoTime();
        while (session.foregroundJob() != null && System.nanoTime() - beganNs < COMMAND_NS) {
            LockSupport.parkNanos(this, LOOK_NS);
        }
        try {
            context.getBundle(Constants.SYSTEM_BUNDLE_ID).stop();
        } catch (BundleException e) {
            System.err.println("aio: the framework does not stop: " + e.getMessage());
        }
    }
}
