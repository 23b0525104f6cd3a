package dev.datasync.benchmarks;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** The process in which one contestant does one job: some times to get warm, and then some times that count. */
final class Child {

    private Child() {}

    /** Prints a line for each timed run: its nanoseconds and its result; and a last one with the peak of the heap. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Job job = Jobs.named(arguments[0]);
        Job.Work work = job.contestants().get(Integer.parseInt(arguments[1])).work();
        Path folder = Path.of(arguments[2]);
        Size size = Size.valueOf(arguments[3].toUpperCase(Locale.ROOT));
        for (int i = 0; i < size.warmUps(); i++) {
            work.run(folder, size);
        }
        for (int i = 0; i < size.timedRuns(); i++) {
            System.gc();
            long began = System.nanoTime();
            long result = work.run(folder, size);
            out.println("run " + (System.nanoTime() - began) + " " + result);
        }
        long peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                peak += pool.getPeakUsage().getUsed();
            }
        }
        out.println("peak " + peak);
    }
}
