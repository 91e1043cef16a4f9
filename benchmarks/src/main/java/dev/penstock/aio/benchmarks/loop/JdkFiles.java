package dev.penstock.aio.benchmarks.loop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** How the JDK's channels are opened for a work, and the buffers they move. */
final class JdkFiles {
    private JdkFiles() {}

    static Set<OpenOption> options(Work work) {
        Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ));
        if (!work.isRead()) {
            options.add(StandardOpenOption.WRITE);
        }
        if (work.direct()) {
            options.add(DirectOption.ofJdk());
        }
        return options;
    }

    /** {@return a slot for each request in flight} */
    static List<JdkSlot> slots(Work work) {
        return Stream.generate(() -> new JdkSlot(work.blockBytes()))
                .limit(work.depth())
                .toList();
    }

    /** Moves the slot's block, and syncs if the work says so, before it returns. */
    static void move(FileChannel channel, Work work, JdkSlot slot) throws IOException {
        slot.buffer.clear();
        int bytes = slot.writes ? channel.write(slot.buffer, slot.offset) : channel.read(slot.buffer, slot.offset);
        Port.requireAll(work, slot, bytes);
        if (work.kind() == Work.Kind.SYNCED_WRITE) {
            channel.force(false);
        }
    }
}
