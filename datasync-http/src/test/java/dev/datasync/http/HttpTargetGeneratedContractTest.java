package dev.datasync.http;

/** The contract with numbers that the server makes. */
final class HttpTargetGeneratedContractTest extends TargetContract {

    @Override
    TestApi start(String key) {
        return TestApi.numbering(key, "number");
    }

    @Override
    HttpTarget target(HttpResource resource) {
        return resource.insert(HttpMethod.POST, "/items")
                .update(HttpMethod.PATCH, "/items/{number}")
                .delete(HttpMethod.DELETE, "/items/{number}")
                .generated("number");
    }
}
