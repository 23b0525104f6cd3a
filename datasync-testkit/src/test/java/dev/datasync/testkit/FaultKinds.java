package dev.datasync.testkit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The ways in which a call can go wrong, by name, for tests that try all of them at every call. */
final class FaultKinds {

    private static final Map<String, Function<Fault, Fault>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("an exception, once", fault -> fault);
        ALL.put("exceptions from then on", Fault::lasting);
        ALL.put("a runtime exception", fault -> fault.throwing(() -> new IllegalStateException("injected")));
        ALL.put("an error", fault -> fault.throwing(() -> new InjectedError()));
        ALL.put("errors from then on", fault -> fault.lasting().throwing(() -> new InjectedError()));
        ALL.put("an interrupted exception", fault -> fault.throwing(() -> new InterruptedException("injected")));
        ALL.put("an interrupt", Fault::interrupting);
    }

    private FaultKinds() {}

    /** Returns a new map, which a test may add to. */
    static Map<String, Function<Fault, Fault>> all() {
        return new LinkedHashMap<>(ALL);
    }

    /** What is thrown for an error. */
    static final class InjectedError extends Error {

        private static final long serialVersionUID = 1L;

        InjectedError() {
            super("injected");
        }
    }
}
