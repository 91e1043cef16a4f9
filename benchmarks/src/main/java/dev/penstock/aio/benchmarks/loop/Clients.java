package dev.penstock.aio.benchmarks.loop;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The systems that are driven in a JVM, by name. */
public final class Clients {
    /** The provider that runs everywhere. */
    public static final String NIO = "nio";
    /** The JDK's AsynchronousFileChannel. */
    public static final String JDK = "jdk";
    /** A plain positional read or write. */
    public static final String FLOOR = "pread";
    /** A ring by hand, whose buffers are registered. */
    public static final String RING_BUFFERS = "ring-buffers";
    /** The same, with the file registered too. */
    public static final String RING_FIXED = "ring-fixed";

    private static final Map<String, Entry> ENTRIES = entries();

    /** Opens the file of a work. */
    private interface Opener {
        Client open(Path path, Work work, long fileBytes) throws Exception;
    }

    /**
     * A system.
     *
     * @param does whether it has what a work asks for
     */
    private record Entry(Predicate<Work> does, Opener opener) {}

    private Clients() {}

    private static Map<String, Entry> entries() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        entries.put(NIO, engine(NIO));
        new TreeSet<>(Loops.providerNames()).forEach(name -> entries.putIfAbsent(name, engine(name)));
        for (String provider : List.copyOf(entries.keySet())) {
            add(
                    entries,
                    provider + "-callbacks",
                    (path, work, bytes) -> EngineUseClient.callbacks(provider, path, work, bytes));
            add(entries, provider + "-file", (path, work, bytes) -> EngineUseClient.file(provider, path, work, bytes));
        }
        add(entries, JDK, JdkClient::collected);
        add(entries, "jdk-callbacks", JdkClient::callbacks);
        add(entries, "virtual-threads", ChannelClient::virtualThreads);
        entries.put(FLOOR, new Entry(work -> isNoList(work) && work.depth() == 1, ChannelClient::positional));
        add(entries, "ring", ring(false, false));
        add(entries, RING_BUFFERS, ring(true, false));
        add(entries, RING_FIXED, ring(true, true));
        add(entries, "jasyncfio", JasyncfioClient::open);
        add(entries, "nio_uring", (path, work, bytes) -> NioUringClient.open(path, work));
        return entries;
    }

    private static void add(Map<String, Entry> entries, String name, Opener opener) {
        entries.put(name, new Entry(Clients::isNoList, opener));
    }

    private static Opener ring(boolean buffers, boolean file) {
        RingPort.Registered registered = new RingPort.Registered(buffers, file);
        return (path, work, bytes) -> RingClient.open(path, work, bytes, registered);
    }

    private static Entry engine(String provider) {
        return new Entry(work -> true, (path, work, fileBytes) -> EngineClient.start(provider, path, work, fileBytes));
    }

    private static boolean isNoList(Work work) {
        return work.kind() != Work.Kind.LIST;
    }

    /** {@return the names, as tables show them: first our providers, {@link #NIO} before the others} */
    public static List<String> names() {
        return List.copyOf(ENTRIES.keySet());
    }

    /** {@return whether a system has what a work asks for} */
    public static boolean does(String system, Work work) {
        return entry(system).does.test(work);
    }

    /**
     * Opens the file of a work.
     *
     * @param fileBytes how far blocks reach
     * @throws Exception if the system cannot serve here; the message says why
     */
    public static Client open(String system, Path path, Work work, long fileBytes) throws Exception {
        return entry(system).opener.open(path, work, fileBytes);
    }

    private static Entry entry(String system) {
        Entry entry = ENTRIES.get(system);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "there is no '" + system + "'; there are " + String.join(", ", ENTRIES.keySet()));
        }
        return entry;
    }
}
