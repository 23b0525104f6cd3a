package dev.datasync.benchmarks;

import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** Points joined by a line, as SVG: the x axis logarithmic, the y axis from zero. It has a ground of its own, light or dark. */
final class Plot {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int LEFT = 70;
    private static final int RIGHT = 40;
    private static final int TOP = 50;
    private static final int BOTTOM = 60;

    private static final String STYLE = """
            <style>
              text { font: 13px sans-serif; fill: #24292f }
              .title { font-weight: bold }
              .ground { fill: #ffffff }
              .grid { stroke: #d0d7de }
              .line { stroke: #0969da; stroke-width: 2; fill: none }
              .point { fill: #0969da }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3 }
                .ground { fill: #0d1117 }
                .grid { stroke: #30363d }
                .line { stroke: #58a6ff }
                .point { fill: #58a6ff }
              }
            </style>
            """;

    private final String title;
    private final String across;
    private final String up;
    private final List<Point> points = new ArrayList<>();

    private record Point(double x, double y) {}

    Plot(String title, String across, String up) {
        this.title = title;
        this.across = across;
        this.up = up;
    }

    /** Adds a point to the right of all others. */
    void add(double x, double y) {
        points.add(new Point(x, y));
    }

    String svg() {
        if (points.isEmpty()) {
            throw new IllegalStateException("there are no points");
        }
        // whole powers of ten
        int first = (int) Math.floor(Math.log10(points.get(0).x()) + 1e-9);
        int last = Math.max(first + 1, (int)
                Math.ceil(Math.log10(points.get(points.size() - 1).x()) - 1e-9));
        double highest = points.stream().mapToDouble(Point::y).max().orElseThrow();
        double tick = tick(highest);
        int ticks = (int) Math.ceil(highest / tick * 1.05);
        StringBuilder text = new StringBuilder();
        Formatter svg = new Formatter(text, Locale.ROOT);
        svg.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n",
                WIDTH, HEIGHT, title);
        svg.format("%s", STYLE);
        svg.format("<rect class=\"ground\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", WIDTH, HEIGHT);
        svg.format("<text class=\"title\" x=\"%d\" y=\"26\" text-anchor=\"middle\">%s</text>\n", WIDTH / 2, title);
        for (int i = 0; i <= ticks; i++) {
            double y = y(i * tick, ticks * tick);
            svg.format("<path class=\"grid\" d=\"M%d %.1fH%d\"/>\n", LEFT, y, WIDTH - RIGHT);
            svg.format("<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", LEFT - 8, y + 4, label(i * tick));
        }
        for (int power = first; power <= last; power++) {
            double x = x(Math.pow(10, power), first, last);
            svg.format("<path class=\"grid\" d=\"M%.1f %dV%d\"/>\n", x, TOP, HEIGHT - BOTTOM);
            svg.format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                    x, HEIGHT - BOTTOM + 20, String.format(Locale.ROOT, "%,.0f", Math.pow(10, power)));
        }
        svg.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, across);
        svg.format(
                "<text transform=\"translate(20 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
                (TOP + HEIGHT - BOTTOM) / 2, up);
        StringBuilder path = new StringBuilder();
        Formatter line = new Formatter(path, Locale.ROOT);
        for (Point point : points) {
            double x = x(point.x(), first, last);
            double y = y(point.y(), ticks * tick);
            line.format("%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y);
            svg.format("<circle class=\"point\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>\n", x, y);
            svg.format(
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
                    x, y - 10, String.format(Locale.ROOT, "%.1f", point.y()));
        }
        svg.format("<path class=\"line\" d=\"%s\"/>\n</svg>\n", path);
        return text.toString();
    }

    private static double x(double value, int first, int last) {
        return LEFT + (Math.log10(value) - first) / (last - first) * (WIDTH - LEFT - RIGHT);
    }

    private static double y(double value, double highest) {
        return HEIGHT - BOTTOM - value / highest * (HEIGHT - TOP - BOTTOM);
    }

    /** Returns 1, 2 or 5 times a power of ten, of which some are up to the highest. */
    private static double tick(double highest) {
        double power = Math.pow(10, Math.floor(Math.log10(highest)));
        double times = highest / power;
        return times < 2 ? power / 5 : times < 5 ? power / 2 : power;
    }

    private static String label(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }
}
