package dev.penstock.aio.benchmarks.compare;

/** Errors as a table shows them. */
final class Errors {
    private static final int LENGTH_MAX = 200;

    private Errors() {}

    static String oneLine(Throwable why) {
        String message = why.getMessage() == null ? why.toString() : why.getMessage();
        String line = message.strip().replaceAll("\\s*\\R\\s*", "; ").replace('|', '/');
        return line.length() > LENGTH_MAX ? line.substring(0, LENGTH_MAX) + "..." : line;
    }
}
