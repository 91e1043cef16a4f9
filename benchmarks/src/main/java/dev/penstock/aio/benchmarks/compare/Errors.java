package dev.penstock.aio.benchmarks.compare;

/** Errors as a table shows them. */
final class Errors {
    private static final int LENGTH_MAX = 200;

    private Errors() {}

    static String oneLine(Throwable why) {
        String line = line(why);
        return line.length() > LENGTH_MAX ? line.substring(0, LENGTH_MAX) + "..." : line;
    }

    /** {@return the whole message, in one line} */
    static String line(Throwable why) {
        String message = why.getMessage() == null ? why.toString() : why.getMessage();
        return message.strip().replaceAll("\\s*\\R\\s*", "; ").replace('|', '/');
    }
}
