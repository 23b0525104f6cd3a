/** Files as sources and sinks. */
module dev.datasync.files {
    requires transitive dev.datasync.core;
    requires static org.jspecify;
    requires org.apache.commons.csv;

    exports dev.datasync.files;
}
