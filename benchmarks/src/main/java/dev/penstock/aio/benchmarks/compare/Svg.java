package dev.penstock.aio.benchmarks.compare;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jfree.chart.JFreeChart;
import org.jfree.svg.SVGGraphics2D;

/** Charts as SVG files. */
final class Svg {
    static final int WIDTH = 800;
    static final int CURVES_HEIGHT = 600;

    private static final int BAR_HEIGHT = 24;
    /** Title and axis. */
    private static final int BARS_MARGIN = 110;

    private Svg() {}

    static int barsHeight(int bars) {
        return BARS_MARGIN + bars * BAR_HEIGHT;
    }

    /** Finer is not seen, and makes the file half as big again. */
    private static String tenths(double length) {
        return Float.toString(Math.round(length * 10) / 10f);
    }

    static void write(JFreeChart chart, int width, int height, Path file) throws IOException {
        SVGGraphics2D graphics = new SVGGraphics2D(width, height);
        // By default it has a number of its own each time.
        graphics.setDefsKeyPrefix("chart");
        graphics.setGeomDoubleConverter(Svg::tenths);
        chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height));
        Files.writeString(file, graphics.getSVGElement());
    }
}
