package dev.penstock.aio.engine;

import dev.penstock.aio.AioException;
import dev.penstock.aio.Errno;
import dev.penstock.aio.FileOption;
import dev.penstock.aio.spi.Capability;
import dev.penstock.aio.spi.OpenSpec;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The options of an open, understood and free of contradictions. Immutable. */
final class ParsedOptions implements OpenSpec {
    private static final List<StandardOpenOption> STANDARD = List.of(StandardOpenOption.values());

    private static final Set<StandardOpenOption> CREATING =
            EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.CREATE_NEW, StandardOpenOption.TRUNCATE_EXISTING);

    private final Path path;
    private final Set<OpenOption> options;
    private final Set<StandardOpenOption> standard = EnumSet.noneOf(StandardOpenOption.class);
    private final List<FileAttribute<?>> attributes;
    private boolean direct;
    private boolean noFollowLinks;

    private ParsedOptions(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) {
        this.path = path;
        this.options = inOrder(options);
        this.attributes = List.of(attributes);
    }

    /** Messages and logs show them in the same order in every run, which sets of the JDK have not. */
    private static Set<OpenOption> inOrder(Set<? extends OpenOption> options) {
        List<OpenOption> sorted = new ArrayList<>(options);
        sorted.sort(Comparator.comparingInt(ParsedOptions::position).thenComparing(OpenOption::toString));
        return Collections.unmodifiableSet(new LinkedHashSet<>(sorted));
    }

    private static int position(OpenOption option) {
        int position = STANDARD.indexOf(option);
        return position < 0 ? STANDARD.size() : position;
    }

    private static void requireNoNull(Iterable<?> elements, String name) {
        for (Object element : elements) {
            Objects.requireNonNull(element, name);
        }
    }

    static ParsedOptions of(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws AioException {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(attributes, "attributes");
        requireNoNull(options, "one of options");
        requireNoNull(Arrays.asList(attributes), "one of attributes");
        ParsedOptions parsed = new ParsedOptions(path, options, attributes);
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw parsed.refusal(Errno.EOPNOTSUPP, "the path is not of the default file system");
        }
        for (OpenOption option : parsed.options) {
            parsed.understand(option);
        }
        parsed.requireSense();
        return parsed;
    }

    private void understand(OpenOption option) throws AioException {
        if (option instanceof StandardOpenOption known) {
            if (known == StandardOpenOption.DELETE_ON_CLOSE || known == StandardOpenOption.SPARSE) {
                throw refusal(Errno.EOPNOTSUPP, known + " is not supported");
            }
            standard.add(known);
        } else if (option == FileOption.DIRECT
                || option.getClass().getName().equals("com.sun.nio.file.ExtendedOpenOption")
                        && option.toString().equals("DIRECT")) {
            direct = true;
        } else if (option == LinkOption.NOFOLLOW_LINKS) {
            noFollowLinks = true;
        } else {
            throw refusal(Errno.EOPNOTSUPP, option + " is not supported");
        }
    }

    private void requireSense() throws AioException {
        if (append() && truncateExisting()) {
            throw refusal(Errno.EINVAL, "APPEND and TRUNCATE_EXISTING contradict each other");
        }
        if (!write() && (create() || createNew() || truncateExisting())) {
            throw refusal(Errno.EINVAL, "CREATE, CREATE_NEW and TRUNCATE_EXISTING need WRITE or APPEND");
        }
        if (!createNew() && !create() && !attributes.isEmpty()) {
            throw refusal(Errno.EINVAL, "file attributes need CREATE or CREATE_NEW");
        }
    }

    /** Returns how to open the file once more: as this, without what creates it or changes what it holds. */
    ParsedOptions forReopening() {
        ParsedOptions again = new ParsedOptions(path, options);
        again.standard.addAll(standard);
        again.standard.removeAll(CREATING);
        again.direct = direct;
        again.noFollowLinks = noFollowLinks;
        return again;
    }

    /** Returns what a provider must be able to do for this. */
    Set<Capability> needed() {
        Set<Capability> needed = EnumSet.noneOf(Capability.class);
        if (append()) {
            needed.add(read() ? Capability.READ_APPEND : Capability.APPEND);
        }
        addIf(needed, dsync(), Capability.DSYNC);
        addIf(needed, sync(), Capability.SYNC);
        addIf(needed, direct, Capability.DIRECT);
        addIf(needed, noFollowLinks, Capability.NOFOLLOW_LINKS);
        addIf(needed, !attributes.isEmpty(), Capability.FILE_ATTRIBUTES);
        return needed;
    }

    private static void addIf(Set<Capability> needed, boolean wanted, Capability capability) {
        if (wanted) {
            needed.add(capability);
        }
    }

    AioException refusal(Errno errno, String detail) {
        return new AioException(toString(), errno, detail);
    }

    Set<OpenOption> options() {
        return options;
    }

    /** Whether each write is a write-back of its own. */
    boolean isSynchronous() {
        return dsync() || sync();
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public boolean read() {
        return standard.contains(StandardOpenOption.READ) || !write();
    }

    @Override
    public boolean write() {
        return standard.contains(StandardOpenOption.WRITE) || append();
    }

    @Override
    public boolean append() {
        return standard.contains(StandardOpenOption.APPEND);
    }

    @Override
    public boolean create() {
        return standard.contains(StandardOpenOption.CREATE);
    }

    @Override
    public boolean createNew() {
        return standard.contains(StandardOpenOption.CREATE_NEW);
    }

    @Override
    public boolean truncateExisting() {
        return standard.contains(StandardOpenOption.TRUNCATE_EXISTING);
    }

    @Override
    public boolean dsync() {
        return standard.contains(StandardOpenOption.DSYNC);
    }

    @Override
    public boolean sync() {
        return standard.contains(StandardOpenOption.SYNC);
    }

    @Override
    public boolean direct() {
        return direct;
    }

    @Override
    public boolean noFollowLinks() {
        return noFollowLinks;
    }

    @Override
    public List<FileAttribute<?>> attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return "open path=" + path + " options=" + options;
    }
}
