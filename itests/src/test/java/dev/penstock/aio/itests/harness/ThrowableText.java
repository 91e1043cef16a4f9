package dev.penstock.aio.itests.harness;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A stack trace as text, for reports that are read far from where it was thrown. */
final class ThrowableText {
    private ThrowableText() {}

    static String of(Throwable throwable) {
        StringWriter text = new StringWriter();
        throwable.printStackTrace(new PrintWriter(text, true));
        return text.toString().stripTrailing();
    }
}
