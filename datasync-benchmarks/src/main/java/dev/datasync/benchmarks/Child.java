package dev.datasync.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The process in which one contestant does one job: some times to get warm, and then some times that count; or once and
 * no more, for a figure that includes the start of the process.
 */
final class Child {

    /** What is said in place of a number of repetitions when the process does the work once and nothing else. */
    static final String ONCE = "once";

    static final String REPEATED = "repeated";

    /** What a line begins with: a time, a result and the time of the processors, of a run in a warm process or the first. */
    static final String RUN = "run";

    static final String FIRST_RUN = "first-run";

    static final String PEAK = "peak";

    private Child() {}

    /** Prints a line for each timed run and a last one with the peak of the heap. */
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Job job = Jobs.named(arguments[0]);
        Job.Work work = job.contestants().get(Integer.parseInt(arguments[1])).work();
        Path folder = Path.of(arguments[2]);
        Size size = Size.valueOf(arguments[3].toUpperCase(Locale.ROOT));
        if (arguments[4].equals(ONCE)) {
            out.println(FIRST_RUN + timed(work, folder, size));
        } else {
            Job.Repetitions repetitions = job.repetitions(size);
            for (int i = 0; i < repetitions.warmUps(); i++) {
                job.reset(folder);
                work.run(folder, size);
                job.check(folder);
            }
            for (int i = 0; i < repetitions.timedRuns(); i++) {
                job.reset(folder);
                System.gc();
                out.println(RUN + timed(work, folder, size));
                job.check(folder);
            }
        }
        long peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                peak += pool.getPeakUsage().getUsed();
            }
        }
        out.println(PEAK + " " + peak);
    }

    private static String timed(Job.Work work, Path folder, Size size) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long processors = system.getProcessCpuTime();
        long began = System.nanoTime();
        long result = work.run(folder, size);
        long nanos = System.nanoTime() - began;
        return " " + nanos + " " + result + " " + (system.getProcessCpuTime() - processors);
    }
}
