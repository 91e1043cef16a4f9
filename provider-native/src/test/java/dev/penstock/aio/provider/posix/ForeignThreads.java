package dev.penstock.aio.provider.posix;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** The threads of this process as the kernel knows them, and which of them the JVM knows nothing of. */
final class ForeignThreads {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Pattern NID = Pattern.compile(" nid=(0x[0-9a-f]+|[0-9]+)");
    /** Its arguments are the number of a descriptor and others, in hexadecimal. */
    private static final Pattern READ = Pattern.compile("0 0x([0-9a-f]+) .*", Pattern.DOTALL);

    private ForeignThreads() {}

    /** Returns the numbers of all threads of the process that are not the JVM's, nor the one that started it. */
    static Set<Long> ids() {
        Set<Long> before = tasks();
        Set<Long> known = ofTheJvm();
        Set<Long> foreign = tasks();
        // One that is not there before and after was Java's, and came or went meanwhile.
        foreign.retainAll(before);
        foreign.removeAll(known);
        return foreign;
    }

    /** Returns the numbers of the threads that Java shows in a dump, collectors and compilers among them. */
    static Set<Long> ofTheJvm() {
        Set<Long> known = new TreeSet<>();
        known.add(ProcessHandle.current().pid());
        Matcher nid = NID.matcher(dump());
        while (nid.find()) {
            known.add(Long.decode(nid.group(1)));
        }
        if (known.size() < 4) {
            throw new AssertionError("no numbers of threads in a dump of the JVM");
        }
        return known;
    }

    private static String dump() {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "threadPrint",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<Long> tasks() {
        Set<Long> tasks = new TreeSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(TASKS)) {
            all.forEach(task -> tasks.add(Long.valueOf(task.getFileName().toString())));
        } catch (DirectoryIteratorException | IOException e) {
            throw new AssertionError(e);
        }
        return tasks;
    }

    /** Returns the descriptors that threads of the process wait for in read(2). */
    static Set<Integer> readers() {
        Set<Integer> readers = new HashSet<>();
        for (long task : tasks()) {
            Matcher read = READ.matcher(file(task, "syscall"));
            if (read.matches()) {
                readers.add(Integer.valueOf(read.group(1), 16));
            }
        }
        return readers;
    }

    /** Returns whether the kernel accounts for the bytes of each thread. */
    static boolean areAccounted() {
        return Files.exists(TASKS.resolve(ProcessHandle.current().pid() + "/io"));
    }

    /** Returns a value of what the kernel has counted for some threads, such as rchar; threads that are gone count 0. */
    static long counted(Set<Long> threads, String name) {
        long sum = 0;
        for (long thread : threads) {
            sum += value(file(thread, "io"), name);
        }
        return sum;
    }

    /** Returns what the kernel has counted for all threads that the process has, or had. */
    static long counted(String name) {
        try {
            return value(Files.readString(Path.of("/proc/self/io")), name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long value(String account, String name) {
        return account.lines()
                .filter(line -> line.startsWith(name + ": "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
                .sum();
    }

    private static String file(long task, String name) {
        try {
            return Files.readString(TASKS.resolve(task + "/" + name));
        } catch (IOException gone) {
            return "";
        }
    }
}
