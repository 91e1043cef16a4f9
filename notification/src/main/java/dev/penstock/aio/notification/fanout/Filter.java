package dev.penstock.aio.notification.fanout;

import dev.penstock.aio.Errno;
import dev.penstock.aio.notification.Completion;
import dev.penstock.aio.notification.CompletionListener;
import dev.penstock.aio.spi.EndedRequest;
import dev.penstock.aio.spi.TappedFile;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Which completions a listener wants. Immutable; two with the same values are equal, and matched once for both. What
 * depends on the file alone is asked once for each open file.
 */
final class Filter {
    private static final Set<String> KNOWN = Set.of(
            CompletionListener.OPERATION,
            CompletionListener.PATH,
            CompletionListener.ERRNO,
            CompletionListener.TAG,
            CompletionListener.INSTANCE,
            CompletionListener.BATCH);
    private static final String OURS = "penstock.";

    private final Set<Completion.Operation> operations;
    private final Set<String> globs;
    private final List<PathMatcher> matchers;
    private final Set<Errno> errnos;
    private final Set<String> tags;
    private final Set<String> instances;

    private Filter(Map<String, ?> properties) {
        this.operations = names(properties, CompletionListener.OPERATION, Completion.Operation.class);
        this.globs = texts(properties, CompletionListener.PATH);
        this.matchers = globs.stream().map(Filter::matcher).toList();
        this.errnos = names(properties, CompletionListener.ERRNO, Errno.class);
        this.tags = texts(properties, CompletionListener.TAG);
        this.instances = texts(properties, CompletionListener.INSTANCE);
    }

    /**
     * Reads a filter.
     *
     * @throws IllegalArgumentException if a property is malformed, or unknown and ours
     */
    static Filter of(Map<String, ?> properties) {
        for (String name : properties.keySet()) {
            if (name.startsWith(OURS) && !KNOWN.contains(name)) {
                throw new IllegalArgumentException(
                        name + " is no property of a listener: there are " + new TreeSet<>(KNOWN));
            }
        }
        return new Filter(properties);
    }

    /**
     * Reads how many completions a listener takes at a time; 0 for one by one.
     *
     * @throws IllegalArgumentException if it is not a number, or out of bounds
     */
    static int batch(Map<String, ?> properties) {
        Object value = properties.get(CompletionListener.BATCH);
        if (value == null) {
            return 0;
        }
        try {
            int batch = Integer.parseInt(value.toString());
            if (batch >= 1 && batch <= CompletionListener.BATCH_MAX) {
                return batch;
            }
        } catch (NumberFormatException e) {
            throw malformed(CompletionListener.BATCH, value, "a whole number", e);
        }
        throw malformed(CompletionListener.BATCH, value, "within 1 and " + CompletionListener.BATCH_MAX, null);
    }

    private static <E extends Enum<E>> Set<E> names(Map<String, ?> properties, String property, Class<E> type) {
        Set<E> values = EnumSet.noneOf(type);
        for (String name : texts(properties, property)) {
            try {
                values.add(Enum.valueOf(type, name));
            } catch (IllegalArgumentException e) {
                throw malformed(property, name, "one of " + EnumSet.allOf(type), e);
            }
        }
        return values;
    }

    /** The values of a property, which a service may give as one text, an array or a collection. */
    private static Set<String> texts(Map<String, ?> properties, String property) {
        Object value = properties.get(property);
        if (value == null) {
            return Set.of();
        }
        Set<String> texts = new TreeSet<>();
        Iterable<?> each = value instanceof Object[] array
                ? Arrays.asList(array)
                : value instanceof Iterable<?> many ? many : List.of(value);
        for (Object text : each) {
            if (!(text instanceof String) || text.toString().isBlank()) {
                throw malformed(property, text, "a text that is not blank", null);
            }
            texts.add(text.toString());
        }
        if (texts.isEmpty()) {
            throw malformed(property, value, "one text or several", null);
        }
        return texts;
    }

    private static PathMatcher matcher(String glob) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException e) {
            throw malformed(CompletionListener.PATH, glob, "a glob: " + e.getDescription(), e);
        }
    }

    private static IllegalArgumentException malformed(
            String property, @Nullable Object value, String demand, @Nullable Throwable why) {
        return new IllegalArgumentException(property + "=" + value + " is not " + demand, why);
    }

    // ---- matching

    /** Whether a completion of the file might match. */
    boolean matches(TappedFile file) {
        return (instances.isEmpty() || instances.contains(file.instance()))
                && (matchers.isEmpty() || matches(file.path().toAbsolutePath().normalize()));
    }

    private boolean matches(Path path) {
        return matchers.stream().anyMatch(matcher -> matcher.matches(path));
    }

    /** Whether a request that does this might match. */
    boolean matches(Completion.Operation operation) {
        return operations.isEmpty() || operations.contains(operation);
    }

    /** Whether a request matches, of a file and an operation that do. Allocates nothing. */
    boolean matches(EndedRequest request) {
        if (!errnos.isEmpty() && !errnos.contains(request.errno())) {
            return false;
        }
        if (tags.isEmpty()) {
            return true;
        }
        String tag = request.tag();
        return tag != null && tags.contains(tag);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Filter filter
                && operations.equals(filter.operations)
                && globs.equals(filter.globs)
                && errnos.equals(filter.errnos)
                && tags.equals(filter.tags)
                && instances.equals(filter.instances);
    }

    @Override
    public int hashCode() {
        return operations.hashCode() ^ globs.hashCode() ^ errnos.hashCode() ^ tags.hashCode() ^ instances.hashCode();
    }

    /** Returns the properties that it was made of; empty if it matches everything. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" ");
        add(text, CompletionListener.OPERATION, operations);
        add(text, CompletionListener.PATH, globs);
        add(text, CompletionListener.ERRNO, errnos);
        add(text, CompletionListener.TAG, tags);
        add(text, CompletionListener.INSTANCE, instances);
        return text.toString();
    }

    private static void add(StringJoiner text, String property, Set<?> values) {
        if (!values.isEmpty()) {
            StringJoiner several = new StringJoiner(",");
            values.forEach(value -> several.add(value.toString()));
            text.add(property + "=" + several);
        }
    }
}
