package dev.penstock.aio.engine;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which file a descriptor has open. Numbers of devices and inodes are used again as soon as nobody has a file open; so
 * they prove something only while a descriptor of the file is open, and otherwise the file's birth and size must agree
 * too. Where the file system does not know the birth, it is the time of the last change of content.
 */
record FileIdentity(long device, long inode, FileTime birth, long size) {
    /**
     * Looks at a descriptor of this process.
     *
     * @return null if there is no such descriptor, or no way of asking
     */
    static @Nullable FileIdentity of(int descriptor) {
        if (descriptor < 0) {
            return null;
        }
        try {
            Path path = Path.of("/proc/self/fd/" + descriptor);
            Map<String, Object> numbers = Files.readAttributes(path, "unix:dev,ino");
            BasicFileAttributes basic = Files.readAttributes(path, BasicFileAttributes.class);
            FileTime birth = basic.creationTime();
            return new FileIdentity(
                    number(numbers, "dev"),
                    number(numbers, "ino"),
                    birth.toMillis() == 0 ? basic.lastModifiedTime() : birth,
                    basic.size());
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException elsewhere) {
            return null;
        }
    }

    private static long number(Map<String, Object> attributes, String name) {
        return ((Number) requireNonNull(attributes.get(name))).longValue();
    }

    /** Whether it is the same file, given that a descriptor of this one is open. */
    boolean isSameWhileOpen(FileIdentity other) {
        return device == other.device && inode == other.inode;
    }
}
