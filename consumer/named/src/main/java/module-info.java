/** A program that uses DataSync on the module path. */
module consumer {
    requires dev.datasync.core;
    requires dev.datasync.files;
    requires dev.datasync.http;
    requires dev.datasync.jdbc;
    requires com.h2database;
    requires jdk.httpserver;
    requires java.naming; // an interface of H2's data source

    // not exported: DataSync reads the records of this package because it is opened
    opens consumer to
            dev.datasync.core;
}
