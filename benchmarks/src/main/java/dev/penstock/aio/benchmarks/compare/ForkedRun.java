package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Work;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A run in another JVM, which is told by lines what to do and answers by lines; see {@link ForkedMain}. Between questions
 * that JVM is stopped: its compiler, and threads that spin for a while before they sleep, as those of jasyncfio for a
 * second, would take a processor from whoever is measured next.
 */
final class ForkedRun implements Run {
    private final Process process;
    /** Ends the process when this one is ended, for example by Ctrl-C: one that is stopped does not see that. */
    private final Thread ender;

    private final BufferedWriter questions;
    private final BufferedReader answers;
    private final String note;
    /** How much longer than asked for an answer may take. */
    private long patienceSeconds = 60;

    ForkedRun(String system, Work work, Path file, long fileBytes) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        // The flag is what a user of provider native needs too; the others do not mind.
        process = new ProcessBuilder(List.of(
                        java.toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        // By default each heap may grow to a quarter of the memory, and they are many at a time.
                        "-Xmx1g",
                        // 100,000 buffers of a page that are aligned to pages need 800 MB.
                        "-XX:MaxDirectMemorySize=2g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ForkedMain.class.getName(),
                        system,
                        work.name(),
                        file.toString(),
                        Long.toString(fileBytes)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ender = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(ender);
        questions = process.outputWriter();
        answers = process.inputReader();
        boolean ready = false;
        try {
            note = answer(0);
            signal("STOP");
            ready = true;
        } finally {
            if (!ready) {
                process.destroyForcibly();
                forget();
            }
        }
    }

    /** How much longer than asked an answer, or the end of the JVM, may take from now on: 60 s until then. */
    void patience(long seconds) {
        patienceSeconds = seconds;
    }

    @Override
    public String note() {
        return note;
    }

    @Override
    public Sample measure(long nanos) throws IOException {
        return Sample.parse(ask("measure " + nanos, nanos));
    }

    @Override
    public Percentiles latencies(long nanos) throws IOException {
        return Percentiles.parse(ask("latencies " + nanos, nanos));
    }

    @Override
    public void check() throws IOException {
        ask("check", 0);
    }

    private String ask(String question, long nanos) throws IOException {
        signal("CONT");
        try {
            questions.write(question);
            questions.newLine();
            questions.flush();
        } catch (IOException e) {
            throw new IOException("its JVM ended with status " + await(), e);
        }
        try {
            return answer(nanos);
        } finally {
            signal("STOP");
        }
    }

    private void signal(String name) throws IOException {
        // The shell's own kill: the program is in a package that need not be installed.
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                .redirectErrorStream(true)
                .start();
        try {
            String complaint = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (kill.waitFor() != 0 && process.isAlive()) {
                throw new IOException("its JVM takes no SIG" + name + ": " + complaint.strip());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IOException(e);
        }
    }

    private String answer(long nanos) throws IOException {
        String line = readLine(nanos);
        if (line == null) {
            throw new IOException("its JVM ended with status " + await());
        }
        if (!line.startsWith(ForkedMain.OK)) {
            throw new IOException(line);
        }
        return line.substring(ForkedMain.OK.length());
    }

    private @Nullable String readLine(long nanos) throws IOException {
        CompletableFuture<@Nullable String> line = CompletableFuture.supplyAsync(() -> {
            try {
                return answers.readLine();
            } catch (IOException e) {
                return null;
            }
        });
        try {
            return line.get(nanos + TimeUnit.SECONDS.toNanos(patienceSeconds), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new IOException("hangs: no answer after " + patienceSeconds + " s", e);
        } catch (InterruptedException | ExecutionException e) {
            process.destroyForcibly();
            throw new IOException(e);
        }
    }

    private int await() throws IOException {
        try {
            if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("hangs: its JVM did not end within " + patienceSeconds + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IOException(e);
        }
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(ender);
        } catch (IllegalStateException e) {
            // The hooks run already, this one among them.
        }
    }

    /** Without questions it ends by itself. */
    @Override
    public void close() throws IOException {
        int status;
        try {
            signal("CONT");
            questions.close();
            status = await();
        } finally {
            // What is left of it, perhaps stopped, would never see the end of its input.
            process.destroyForcibly();
            forget();
        }
        if (status != 0) {
            throw new IOException("its JVM ended with status " + status);
        }
    }
}
