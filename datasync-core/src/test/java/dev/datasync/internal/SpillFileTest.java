package dev.datasync.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class SpillFileTest {

    @TempDir
    private Path folder;

    @Test
    void is_made_when_it_is_needed_and_read_where_it_was_written() {
        try (SpillFile spill = new SpillFile(folder)) {
            assertThat(spill.size()).isZero();

            long first = spill.append(new byte[] {1, 2, 3}, 1, 2);
            long second = spill.append(new byte[] {4}, 0, 1);

            byte[] read = new byte[3];
            spill.read(first, read, 0, 2);
            spill.read(second, read, 2, 1);
            assertThat(read).containsExactly(2, 3, 4);
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void has_no_name_while_it_is_open_so_that_nothing_is_left_by_a_killed_process() {
        try (SpillFile spill = new SpillFile(folder)) {
            spill.append(new byte[1], 0, 1);

            assertThat(files()).isEmpty();
        }
    }

    @Test
    void is_gone_after_closing() {
        SpillFile spill = new SpillFile(folder);
        spill.append(new byte[1], 0, 1);
        spill.close();
        spill.close();

        assertThat(files()).isEmpty();
        assertThatThrownBy(() -> spill.read(0, new byte[1], 0, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> spill.append(new byte[1], 0, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void survives_an_interrupt() {
        try (SpillFile spill = new SpillFile(folder)) {
            Thread.currentThread().interrupt();
            long start = spill.append(new byte[] {7}, 0, 1);
            byte[] read = new byte[1];
            spill.read(start, read, 0, 1);

            assertThat(read).containsExactly(7);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void says_where_it_failed_and_what_to_do() {
        Path missing = folder.resolve("missing");
        try (SpillFile spill = new SpillFile(missing)) {
            assertThatThrownBy(() -> spill.append(new byte[1], 0, 1))
                    .isInstanceOf(SpillException.class)
                    .hasMessageContaining(missing.toString())
                    .hasMessageContaining("spillDirectory(...)");
        }
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
