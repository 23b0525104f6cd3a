/** REST resources as sources and sinks. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Resilience4j has no descriptors
module dev.datasync.http {
    requires transitive dev.datasync.core;
    requires transitive java.net.http;
    requires static org.jspecify;
    requires org.slf4j;
    requires io.github.resilience4j.core;
    requires io.github.resilience4j.retry;
    requires transitive io.github.resilience4j.circuitbreaker;
    requires transitive io.github.resilience4j.ratelimiter;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports dev.datasync.http;
}
