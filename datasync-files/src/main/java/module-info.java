/** Files as sources and sinks. */
module dev.datasync.files {
    requires transitive dev.datasync.core;
    requires java.xml;
    requires static org.jspecify;
    requires org.apache.commons.csv;
    requires org.apache.poi.ooxml;
    requires org.apache.poi.poi;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports dev.datasync.files;
}
