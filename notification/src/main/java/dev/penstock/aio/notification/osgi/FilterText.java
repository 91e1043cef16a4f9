package dev.penstock.aio.notification.osgi;

import dev.penstock.aio.notification.CompletionListener;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A filter as people write it, in a configuration and in the shell. */
final class FilterText {
    private static final String ALL_OPERATIONS = "*";

    private FilterText() {}

    /**
     * Makes properties of a listener of texts {@code name=value}.
     *
     * @throws IllegalArgumentException if one has another shape
     */
    static Map<String, Set<String>> properties(String... texts) {
        Map<String, Set<String>> properties = new TreeMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(text + " is not name=value, such as penstock.operation=WRITE");
            }
            String name = text.substring(0, equals).trim();
            String value = text.substring(equals + 1).trim();
            if (!name.equals(CompletionListener.OPERATION) || !value.equals(ALL_OPERATIONS)) {
                properties.computeIfAbsent(name, first -> new TreeSet<>()).add(value);
            }
        }
        return properties;
    }
}
