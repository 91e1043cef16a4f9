package dev.penstock.aio.benchmarks.compare;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Where it was measured. */
final class Machine {
    private Machine() {}

    /** {@return names and values; the folder is that of the files} */
    static Map<String, String> facts(Path folder) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Processor", processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        facts.put("Memory", memory());
        facts.put("Load average at the start", load());
        facts.put("Kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("File system", Files.getFileStore(folder).type());
        facts.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        facts.put("libc", Program.firstLine(List.of("getconf", "GNU_LIBC_VERSION"), folder));
        facts.put("fio", FioSystem.version(folder));
        return facts;
    }

    private static String memory() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return String.format(Locale.ROOT, "%.1f GiB", system.getTotalMemorySize() / (double) (1 << 30));
    }

    static String load() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
