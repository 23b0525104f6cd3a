package dev.datasync.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PlotTest {

    private final Plot plot = new Plot("A title", "rows", "µs per row");

    @Test
    void powers_of_ten_are_equally_far_from_each_other() throws Exception {
        plot.add(10_000, 40);
        plot.add(100_000, 8);
        plot.add(1_000_000, 4);
        plot.add(10_000_000, 4.2);

        NodeList points = parsed().getElementsByTagName("circle");

        assertThat(points.getLength()).isEqualTo(4);
        double step = number(points, 1, "cx") - number(points, 0, "cx");
        assertThat(step).isPositive();
        assertThat(number(points, 2, "cx") - number(points, 1, "cx")).isEqualTo(step, within());
        assertThat(number(points, 3, "cx") - number(points, 2, "cx")).isEqualTo(step, within());
        // up is less
        assertThat(number(points, 0, "cy")).isLessThan(number(points, 1, "cy"));
        assertThat(number(points, 3, "cy")).isLessThan(number(points, 2, "cy"));
    }

    @Test
    void one_point_is_enough() throws Exception {
        plot.add(500, 9_500.5);

        assertThat(parsed().getElementsByTagName("circle").getLength()).isOne();
        assertThat(plot.svg()).contains(">9500.5<").contains(">1,000<");
    }

    private Document parsed() throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(plot.svg().getBytes(StandardCharsets.UTF_8)));
    }

    private static double number(NodeList points, int index, String attribute) {
        return Double.parseDouble(((Element) points.item(index)).getAttribute(attribute));
    }

    private static Offset<Double> within() {
        return Offset.offset(0.11);
    }
}
