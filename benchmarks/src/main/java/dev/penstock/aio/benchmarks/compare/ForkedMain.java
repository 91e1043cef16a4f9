package dev.penstock.aio.benchmarks.compare;

import static java.util.Objects.requireNonNull;

import dev.penstock.aio.benchmarks.loop.Work;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The JVM of a {@link ForkedRun}. Arguments: system, work, file and its length in bytes. Reads {@code measure NANOS},
 * {@code latencies NANOS} and {@code check}, until there is no more; answers each, and the start, with {@link #OK} and
 * what it has to tell, or with an error.
 */
final class ForkedMain {
    static final String OK = "ok ";

    private ForkedMain() {}

    public static void main(String[] arguments) {
        int status = 1;
        try {
            serve(arguments);
            status = 0;
        } catch (Exception e) {
            System.err.println(Errors.oneLine(e));
        } finally {
            // Threads that a peer has left behind are not waited for: those of jasyncfio's pools never end.
            System.exit(status);
        }
    }

    private static void serve(String[] arguments) throws Exception {
        Work work = Works.named(arguments[1]);
        Run run;
        try {
            run = new JavaSystem(arguments[0]).start(work, Path.of(arguments[2]), Long.parseLong(arguments[3]));
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            System.out.println(Errors.oneLine(e));
            return;
        }
        System.out.println(OK + run.note());
        serve(run);
        run.close();
    }

    private static void serve(Run run) throws IOException {
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            System.out.println(answer(run, line.split(" ")));
        }
    }

    private static String answer(Run run, String[] question) {
        try {
            switch (question[0]) {
                case "measure":
                    return OK + run.measure(Long.parseLong(question[1])).line();
                case "latencies":
                    return OK
                            + requireNonNull(run.latencies(Long.parseLong(question[1])))
                                    .line();
                default:
                    run.check();
                    return OK;
            }
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            return Errors.oneLine(e);
        }
    }
}
