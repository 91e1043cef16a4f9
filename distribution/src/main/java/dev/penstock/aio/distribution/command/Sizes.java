package dev.penstock.aio.distribution.command;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of bytes as people write them: {@code 4096}, {@code 64k}, {@code 256M}, {@code 1GiB}. */
final class Sizes implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})([kmgt]?)(i?b)?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "kmgt";

    @Override
    public Long convert(String text) {
        return parse(text);
    }

    /**
     * Reads a size; the units are powers of 1024.
     *
     * @return bytes, 0 or more
     * @throws TypeConversionException if it is no size, or more than a {@code long} holds
     */
    static long parse(String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new TypeConversionException("'" + text + "' is not a size such as 4096, 64k, 256M or 1G");
        }
        int power = UNITS.indexOf(size.group(2).toLowerCase(Locale.ROOT));
        int shift = size.group(2).isEmpty() ? 0 : 10 * (power + 1);
        long number = Long.parseLong(size.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new TypeConversionException("'" + text + "' is too large");
        }
        return number << shift;
    }

    /** Writes a rate for people, such as {@code 812.3 MiB/s}. */
    static String rate(long bytes, long durationNs) {
        return format(Math.round(bytes * 1e9 / Math.max(1, durationNs))) + "/s";
    }

    /** Writes a size for people, with one decimal in the largest unit that leaves 1 or more. */
    static String format(long bytes) {
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < UNITS.length() - 1) {
            value /= 1024;
            unit++;
        }
        if (unit < 0) {
            return bytes + " B";
        }
        return String.format(Locale.ROOT, "%.1f %ciB", value, Character.toUpperCase(UNITS.charAt(unit)));
    }
}
