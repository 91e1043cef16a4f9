package dev.penstock.aio.distribution.command;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/**
 * {@code aio}: the command line, offered to the launcher for its main thread.
 *
 * <p>Exit status: 0 if all went well; 1 if it failed, with one line on standard error; 2 if the arguments are wrong,
 * likewise; 130 if it was interrupted.
 */
@Component(service = ToIntFunction.class, property = "main.thread:Boolean=true")
@Command(
        name = "aio",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Moves files by POSIX asynchronous I/O inside an OSGi framework.",
            "'demo --watch' and 'copy --watch' show completions as they happen;",
            "with --swap providers are stopped and started all the while.",
            "'./aio compare' measures them beside other ways to read and write,",
            "without a framework; './aio compare --help' has its options."
        },
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:All went well.",
            "1:It failed; one line on standard error says why.",
            "2:The arguments are wrong; one line on standard error says which.",
            "130:It was interrupted (Ctrl-C)."
        },
        footerHeading = "Environment:%n",
        footer = {
            "  AIO_JAVA_HOME   The JDK to run with, 17 or newer (default: the newest);",
            "                  for compare, 22 or newer.",
            "  AIO_NO_BUILD    If not empty, nothing is built.",
            "  TMPDIR          Where storage and files of the demo go (default: /tmp)."
        })
public final class AioCommand implements ToIntFunction<String[]>, IVersionProvider {
    private static final int FAILED = 1;
    private static final int WRONG_ARGUMENTS = 2;
    private static final int INTERRUPTED = 130;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help and exit.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    boolean version;

    private final BundleContext context;
    private final Instances instances;

    @Activate
    public AioCommand(BundleContext context, @Reference ConfigurationAdmin configurations) {
        this.context = context;
        this.instances = new Instances(context, configurations);
    }

    @Override
    public int applyAsInt(String[] arguments) {
        CommandLine line = new CommandLine(this)
                .addSubcommand(new DemoCommand(instances))
                .addSubcommand(new CopyCommand(instances))
                .addSubcommand(new ProvidersCommand(instances))
                .addSubcommand(new ShellCommand(context))
                .setParameterExceptionHandler(AioCommand::wrongArguments)
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure));
        line.getCommandSpec().versionProvider(this);
        return line.execute(arguments);
    }

    @Override
    public String[] getVersion() {
        return new String[] {"aio " + context.getBundle().getHeaders().get(Constants.BUNDLE_VERSION)};
    }

    private static int wrongArguments(ParameterException wrong, String[] arguments) {
        String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
        System.err.println(oneLine(command + ": " + wrong.getMessage() + " (see " + command + " --help)"));
        return WRONG_ARGUMENTS;
    }

    /** What the environment did takes one line; what is a mistake of ours takes a stack trace. */
    static int failed(Exception failure) {
        if (failure instanceof InterruptedException) {
            if (failure instanceof InterruptedCopyException) {
                System.err.println(oneLine("aio: " + failure.getMessage()));
            }
            return INTERRUPTED;
        }
        if (failure instanceof IOException known) {
            System.err.println(oneLine("aio: " + text(known)));
        } else {
            failure.printStackTrace();
        }
        return FAILED;
    }

    /** Where the JDK has a class for a failure, its message says only of which file. */
    private static String text(IOException failure) {
        return failure instanceof FileSystemException known && known.getReason() == null
                ? known.getMessage() + ": " + words(known.getClass().getSimpleName())
                : String.valueOf(failure.getMessage());
    }

    /** Turns {@code NoSuchFileException} into {@code no such file}. */
    private static String words(String className) {
        return className
                .replaceFirst("Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\R\\s*", " ");
    }
}
