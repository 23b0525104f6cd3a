package dev.datasync.http;

final class HttpFlattenedSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.FLATTENED;
    }
}
