package dev.penstock.aio.distribution.command;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Callable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import picocli.CommandLine.Command;

/**
 * {@code aio shell}: the Gogo shell in this terminal. Gogo reads the terminal by itself once it is started, and stops
 * the framework at the end of its input; so all there is to do is to start it and to leave.
 */
@Command(
        name = "shell",
        description = {
            "Starts a shell inside the container.",
            "Commands: aio:providers, aio:files, aio:requests, aio:stats, aio:listeners, aio:watch,",
            "and those of Gogo ('help').",
            "'exit', 'quit' or the end of the input (Ctrl-D) leaves it."
        })
final class ShellCommand implements Callable<Integer> {
    private static final String SHELL_START_LEVEL = "penstock.shell.startlevel";

    /** Tells the launcher to go on until the framework stops. */
    private static final int UNTIL_STOPPED = -1;

    private final BundleContext context;

    ShellCommand(BundleContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (Progress.hasTerminal()) {
            System.err.println("aio: 'exit' leaves the shell");
        }
        // Without a terminal, JLine takes standard input as it is, and need not warn of it.
        System.setProperty("org.jline.terminal.dumb", "true");
        int level = Integer.parseInt(requireNonNull(context.getProperty(SHELL_START_LEVEL), SHELL_START_LEVEL));
        context.getBundle(0).adapt(FrameworkStartLevel.class).setStartLevel(level);
        return UNTIL_STOPPED;
    }
}
