package dev.penstock.aio.benchmarks.compare;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Whole numbers of MiB or GiB: {@code 512M}, {@code 2G}. */
final class Sizes implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})([MG])");

    @Override
    public Long convert(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new TypeConversionException("'" + text + "' is not a size such as 512M or 2G");
        }
        return Long.parseLong(size.group(1)) << (size.group(2).equals("M") ? 20 : 30);
    }
}
