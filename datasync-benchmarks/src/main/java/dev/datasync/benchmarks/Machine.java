package dev.datasync.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What was measured on. */
final class Machine {

    private Machine() {}

    /** Returns a sentence, when everything was measured: a server of which nobody made use does not run. */
    static String described(Postgres postgres) throws IOException, SQLException {
        return "Measured on " + LocalDate.now(ZoneOffset.UTC) + " on " + System.getProperty("os.name") + " ("
                + System.getProperty("os.arch") + ") with "
                + Runtime.getRuntime().availableProcessors() + " processors; " + System.getProperty("java.vm.name")
                + " " + System.getProperty("java.runtime.version") + "; " + postgres.described() + ".";
    }
}
