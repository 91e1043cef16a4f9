package dev.penstock.aio.benchmarks.compare;

import dev.penstock.aio.benchmarks.loop.Loops;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Paint;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.LegendItem;
import org.jfree.chart.StandardChartTheme;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.LineAndShapeRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.CategoryDataset;

/** How charts look: on white, so that a light page and a dark one can show them. */
final class ChartStyle {
    private static final Color OURS = new Color(0x1f, 0x6f, 0xb4);
    private static final Color OTHERS = new Color(0x9a, 0xa0, 0xa6);
    private static final Color GRID = new Color(0xdd, 0xe0, 0xe3);
    private static final List<Color> COLORS = List.of(
            new Color(0x1f, 0x6f, 0xb4),
            new Color(0xd9, 0x5f, 0x02),
            new Color(0x1b, 0x9e, 0x77),
            new Color(0xc5, 0x1b, 0x7d),
            new Color(0x66, 0x4f, 0xa3),
            new Color(0x8c, 0x56, 0x1c),
            new Color(0x4d, 0x4d, 0x4d),
            new Color(0xe6, 0xab, 0x02),
            new Color(0x17, 0xa2, 0xb8),
            new Color(0xe0, 0x6c, 0x75));
    /** Lengths of lines and gaps. */
    private static final float[][] DASHES = {{1, 0}, {7, 3}, {2, 3}, {9, 3, 2, 3}};

    private static final float LINE_WIDTH = 2;
    /** Room for the number behind the longest bar. */
    private static final double LABEL_MARGIN = 0.18;

    private static final Shape POINT = new Ellipse2D.Double(-3, -3, 6, 6);
    /** Long enough to show the dashes. */
    private static final Shape LEGEND_LINE = new Line2D.Double(-16, 0, 16, 0);

    private static final RectangleInsets PADDING = new RectangleInsets(8, 8, 8, 8);

    private static final int TITLE_SIZE = 16;
    private static final int TEXT_SIZE = 12;

    private ChartStyle() {}

    /** {@return horizontal bars, with their numbers; ours stand out} */
    static JFreeChart bars(String title, String numbers, CategoryDataset data) {
        JFreeChart chart = ChartFactory.createBarChart(
                title, null, numbers, data, PlotOrientation.HORIZONTAL, false, false, false);
        style(chart);
        CategoryPlot plot = chart.getCategoryPlot();
        BarRenderer renderer = new SystemBars(data);
        renderer.setBarPainter(new StandardBarPainter());
        renderer.setShadowVisible(false);
        renderer.setDefaultItemLabelGenerator(new StandardCategoryItemLabelGenerator("{2}", whole()));
        renderer.setDefaultItemLabelsVisible(true);
        renderer.setDefaultItemLabelFont(font(Font.PLAIN, TEXT_SIZE));
        renderer.setDefaultPositiveItemLabelPosition(
                new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT));
        plot.setRenderer(renderer);
        plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
        plot.getRangeAxis().setUpperMargin(LABEL_MARGIN);
        return chart;
    }

    /** {@return a curve for each row of the data} */
    static JFreeChart curves(String title, String categories, String numbers, CategoryDataset data) {
        JFreeChart chart = ChartFactory.createLineChart(title, categories, numbers, data);
        style(chart);
        LineAndShapeRenderer renderer = new SystemCurves();
        Map<String, Integer> families = new LinkedHashMap<>();
        for (int i = 0; i < data.getRowCount(); i++) {
            // What belongs together has one color: nio, nio-callbacks.
            String family = data.getRowKey(i).toString().replaceFirst("-.*", "");
            int member = families.merge(family, 1, Integer::sum) - 1;
            int color = families.keySet().stream().toList().indexOf(family);
            renderer.setSeriesPaint(i, COLORS.get(color % COLORS.size()));
            renderer.setSeriesStroke(i, stroke(DASHES[member % DASHES.length]));
            renderer.setSeriesShape(i, POINT);
        }
        chart.getCategoryPlot().setRenderer(renderer);
        chart.getLegend().setPosition(RectangleEdge.RIGHT);
        chart.getLegend().setItemFont(font(Font.PLAIN, TEXT_SIZE));
        return chart;
    }

    private static void style(JFreeChart chart) {
        StandardChartTheme theme = new StandardChartTheme("plain");
        theme.setExtraLargeFont(font(Font.BOLD, TITLE_SIZE));
        theme.setLargeFont(font(Font.PLAIN, TEXT_SIZE));
        theme.setRegularFont(font(Font.PLAIN, TEXT_SIZE));
        theme.setPlotBackgroundPaint(Color.WHITE);
        theme.setRangeGridlinePaint(GRID);
        theme.apply(chart);
        chart.setPadding(PADDING);
        CategoryPlot plot = chart.getCategoryPlot();
        plot.setOutlineVisible(false);
        plot.setRangeGridlineStroke(new BasicStroke(1));
        ((NumberAxis) plot.getRangeAxis()).setNumberFormatOverride(whole());
    }

    private static BasicStroke stroke(float[] dash) {
        return new BasicStroke(LINE_WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dash, 0);
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    private static NumberFormat whole() {
        return new DecimalFormat("#,##0", DecimalFormatSymbols.getInstance(Locale.ROOT));
    }

    /** Whose legend has lines that are long enough. */
    private static final class SystemCurves extends LineAndShapeRenderer {
        private static final long serialVersionUID = 1;

        @Override
        public LegendItem getLegendItem(int dataset, int series) {
            LegendItem item = super.getLegendItem(dataset, series);
            item.setLine(LEGEND_LINE);
            return item;
        }
    }

    /** Paints each bar by whose it is. */
    private static final class SystemBars extends BarRenderer {
        private static final long serialVersionUID = 1;

        private final transient CategoryDataset data;

        SystemBars(CategoryDataset data) {
            this.data = data;
        }

        @Override
        public Paint getItemPaint(int row, int column) {
            String system = data.getColumnKey(column).toString();
            return Loops.providerNames().stream()
                            .anyMatch(provider -> system.equals(provider) || system.startsWith(provider + "-"))
                    ? OURS
                    : OTHERS;
        }
    }
}
