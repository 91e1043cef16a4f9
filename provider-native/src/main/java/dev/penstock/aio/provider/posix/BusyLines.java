package dev.penstock.aio.provider.posix;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The lines of a lane in which something waits; at most as many as it has slots. Guarded by the lane's lock. */
final class BusyLines {
    private final @Nullable Line[] lines;
    private int count;

    BusyLines(int max) {
        lines = new Line[max];
    }

    int count() {
        return count;
    }

    Line get(int index) {
        return Objects.requireNonNull(lines[index]);
    }

    /** A slot comes into a line. */
    void enter(Line line, Slot slot) {
        line.requests().add(slot);
        if (line.busyIndex < 0) {
            line.busyIndex = count;
            lines[count++] = line;
        }
    }

    /** A slot has left a line. */
    void left(Line line) {
        if (line.requests().isEmpty()) {
            Line moved = get(--count);
            lines[line.busyIndex] = moved;
            moved.busyIndex = line.busyIndex;
            line.busyIndex = -1;
            lines[count] = null;
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOf(lines, count));
    }
}
