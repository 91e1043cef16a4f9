package dev.penstock.aio.benchmarks.loop;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Who can do work, by name. */
public final class Clients {
    /** Opens the file of a work. */
    private interface Opener {
        Client open(Path path, Work work, long fileBytes) throws Exception;
    }

    private static final Map<String, Opener> OPENERS = openers();

    private Clients() {}

    private static Map<String, Opener> openers() {
        Map<String, Opener> openers = new LinkedHashMap<>();
        for (String name : Loops.providerNames()) {
            openers.put(name + "-callbacks", (path, work, bytes) -> EngineUseClient.callbacks(name, path, work, bytes));
            openers.put(name + "-file", (path, work, bytes) -> EngineUseClient.file(name, path, work, bytes));
        }
        openers.put("jdk-callbacks", JdkCallbackClient::open);
        openers.put("virtual-threads", ChannelClient::virtualThreads);
        openers.put("pread", ChannelClient::positional);
        openers.put("ring", ring(false, false));
        openers.put("ring-buffers", ring(true, false));
        openers.put("ring-fixed", ring(true, true));
        openers.put("jasyncfio", JasyncfioClient::open);
        openers.put("nio_uring", (path, work, bytes) -> NioUringClient.open(path, work));
        return openers;
    }

    private static Opener ring(boolean buffers, boolean file) {
        RingPort.Registered registered = new RingPort.Registered(buffers, file);
        return (path, work, bytes) -> RingClient.open(path, work, bytes, registered);
    }

    /** {@return the names there are} */
    public static Set<String> names() {
        return OPENERS.keySet();
    }

    /**
     * Opens the file of a work.
     *
     * @param fileBytes how far blocks reach
     * @throws UnsupportedOperationException if the system does not have what the work asks for
     */
    public static Client open(String system, Path path, Work work, long fileBytes) throws Exception {
        Opener opener = OPENERS.get(system);
        if (opener == null) {
            throw new IllegalArgumentException("there is no system " + system);
        }
        return opener.open(path, work, fileBytes);
    }
}
