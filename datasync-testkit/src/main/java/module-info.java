/** For the authors of connectors and plans: the contracts as tests, in-memory and faulty connectors, assertions. */
module dev.datasync.testkit {
    requires transitive dev.datasync.core;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires transitive static org.jspecify;

    exports dev.datasync.testkit;
}
