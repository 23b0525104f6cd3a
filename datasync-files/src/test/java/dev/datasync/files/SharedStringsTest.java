package dev.datasync.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedStringsTest {

    @TempDir
    private Path folder;

    private SharedStrings open(List<String> texts, long memory) throws IOException {
        StringBuilder xml = new StringBuilder("<sst xmlns=\"" + Excel.MAIN + "\">");
        for (String text : texts) {
            xml.append("<si><t xml:space=\"preserve\">").append(text).append("</t></si>");
        }
        Path file = Excel.zip(
                folder.resolve("texts.zip"),
                Map.of("texts.xml", xml.append("</sst>").toString()));
        // what is open is closed with the archive, and with that the test ends
        XlsxPackage archive = XlsxPackage.open(file.toFile());
        return new SharedStrings(XmlPart.open(archive, "texts.xml", 1 << 30), memory);
    }

    private static List<String> texts(Random random) {
        String[] alphabets = {"abc ", "\u00e4\u00f6\u00fc\u00df", "\u4e2d\u6587\ud83d\ude00", ""};
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String alphabet = alphabets[random.nextInt(alphabets.length)];
            int length = random.nextInt(1_000) == 0 ? 40_000 : random.nextInt(30);
            texts.add(i + alphabet.repeat(length / 4));
        }
        texts.set(4_321, "");
        return texts;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 10_000, 200_000, Long.MAX_VALUE})
    void gives_every_text_in_any_order_whatever_memory_there_is(long memory) throws Exception {
        long seed = 7;
        Random random = new Random(seed);
        List<String> texts = texts(random);
        Set<Path> before = temporaryFiles();
        try (SharedStrings strings = open(texts, memory)) {
            for (int i = 0; i < texts.size(); i++) {
                assertThat(strings.get(i)).as("seed %d, text %d", seed, i).isEqualTo(texts.get(i));
                int earlier = random.nextInt(i + 1);
                assertThat(strings.get(earlier))
                        .as("seed %d, text %d", seed, earlier)
                        .isEqualTo(texts.get(earlier));
            }
            for (int i = 0; i < 5_000; i++) {
                int any = random.nextInt(texts.size());
                assertThat(strings.get(any)).as("seed %d, text %d", seed, any).isEqualTo(texts.get(any));
            }
            assertThatThrownBy(() -> strings.get(texts.size()))
                    .isInstanceOf(ExcelFault.class)
                    .hasMessageContaining("is not there");
        }
        assertThat(temporaryFiles()).isEqualTo(before);
    }

    @Test
    void keeps_half_a_surrogate_pair_and_escapes() throws Exception {
        try (SharedStrings strings = open(List.of("_xD83D_", "a_x0000_\u4e2d", "_xDE00_b", "plain"), 0)) {
            assertThat(strings.get(3)).isEqualTo("plain");
            assertThat(strings.get(0)).isEqualTo("\ud83d");
            assertThat(strings.get(1)).isEqualTo("a\u0000\u4e2d");
            assertThat(strings.get(2)).isEqualTo("\ude00b");
        }
    }

    @Test
    void reads_no_further_than_it_is_asked_for() throws Exception {
        List<String> texts = new ArrayList<>(List.of("first", "second"));
        texts.add("</t></si></sst> this is no XML");
        try (SharedStrings strings = open(texts, 0)) {
            assertThat(strings.get(1)).isEqualTo("second");
            assertThat(strings.get(0)).isEqualTo("first");
        }
    }

    private static Set<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return new HashSet<>(
                    files.filter(file -> file.getFileName().toString().startsWith("datasync-texts-"))
                            .toList());
        }
    }
}
