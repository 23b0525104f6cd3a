/** The contracts and the engine: compares the records of two systems and changes only what differs. */
module dev.datasync.core {
    requires transitive static org.jspecify;
    requires org.slf4j;

    exports dev.datasync;
    exports dev.datasync.row;
    exports dev.datasync.source;
    exports dev.datasync.transform;
    exports dev.datasync.match;
    exports dev.datasync.change;
    exports dev.datasync.sink;
    exports dev.datasync.run;
    exports dev.datasync.state;
}
