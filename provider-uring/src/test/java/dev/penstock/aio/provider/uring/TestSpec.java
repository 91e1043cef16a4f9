package dev.penstock.aio.provider.uring;

import dev.penstock.aio.FileOption;
import dev.penstock.aio.spi.OpenSpec;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.List;
import java.util.Set;

/** How to open a file, by the options that a user names. */
record TestSpec(Path path, Set<? extends OpenOption> options, List<FileAttribute<?>> attributes) implements OpenSpec {
    TestSpec(Path path, OpenOption... options) {
        this(path, Set.of(options), List.of());
    }

    @Override
    public boolean read() {
        return options.contains(StandardOpenOption.READ);
    }

    @Override
    public boolean write() {
        return options.contains(StandardOpenOption.WRITE) || append();
    }

    @Override
    public boolean append() {
        return options.contains(StandardOpenOption.APPEND);
    }

    @Override
    public boolean create() {
        return options.contains(StandardOpenOption.CREATE);
    }

    @Override
    public boolean createNew() {
        return options.contains(StandardOpenOption.CREATE_NEW);
    }

    @Override
    public boolean truncateExisting() {
        return options.contains(StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Override
    public boolean dsync() {
        return options.contains(StandardOpenOption.DSYNC);
    }

    @Override
    public boolean sync() {
        return options.contains(StandardOpenOption.SYNC);
    }

    @Override
    public boolean direct() {
        return options.contains(FileOption.DIRECT);
    }

    @Override
    public boolean noFollowLinks() {
        return options.contains(LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public String toString() {
        return "open path=" + path + " options=" + options;
    }
}
