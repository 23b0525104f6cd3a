package dev.datasync.http;

/** The contract with requests for many changes. */
final class HttpTargetBulkContractTest extends TargetContract {

    private static final Bulk BULK = Bulk.of(7).results("/results").status("/status");

    @Override
    TestApi start(String key) {
        return TestApi.start(key);
    }

    @Override
    HttpTarget target(HttpResource resource) {
        return resource.insertMany(HttpMethod.POST, "/items/bulk", BULK)
                .updateMany(HttpMethod.PATCH, "/items/bulk", BULK)
                .deleteMany(HttpMethod.DELETE, "/items/bulk", BULK);
    }
}
