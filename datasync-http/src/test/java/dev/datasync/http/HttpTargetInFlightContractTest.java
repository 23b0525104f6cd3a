package dev.datasync.http;

/** The contract with eight requests at a time. */
final class HttpTargetInFlightContractTest extends TargetContract {

    @Override
    TestApi start(String key) {
        return TestApi.start(key);
    }

    @Override
    HttpTarget target(HttpResource resource) {
        return resource.insert(HttpMethod.POST, "/items")
                .update(HttpMethod.PATCH, "/items/{id}")
                .delete(HttpMethod.DELETE, "/items/{id}")
                .inFlight(8);
    }

    @Override
    boolean hasTypes() {
        return false;
    }
}
