package dev.penstock.aio.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;

/** Tables in Markdown, in columns. */
final class Markdown {
    private static final int NUMBER_WIDTH_MAX = 16;

    private Markdown() {}

    /**
     * Lays out a table.
     *
     * @param lines the first is the head; all have as many cells
     * @param texts how many of the first columns are texts; the others are numbers, right-aligned
     */
    static String table(List<List<String>> lines, int texts) {
        int[] widths = new int[lines.get(0).size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                int width = line.get(i).length();
                // A long remark in place of a number does not widen all the others.
                widths[i] = Math.max(widths[i], i < texts || width <= NUMBER_WIDTH_MAX ? width : 0);
            }
        }
        List<String> out = new ArrayList<>();
        for (List<String> line : lines) {
            out.add(line(line, widths, texts));
        }
        out.add(1, rule(widths, texts));
        return String.join("\n", out) + "\n";
    }

    private static String line(List<String> cells, int[] widths, int texts) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(Math.max(0, widths[i] - cells.get(i).length()));
            line.append(' ')
                    .append(i < texts ? cells.get(i) + padding : padding + cells.get(i))
                    .append(" |");
        }
        return line.toString();
    }

    private static String rule(int[] widths, int texts) {
        StringBuilder line = new StringBuilder("|");
        for (int i = 0; i < widths.length; i++) {
            line.append('-')
                    .append("-".repeat(widths[i]))
                    .append(i < texts ? '-' : ':')
                    .append('|');
        }
        return line.toString();
    }
}
