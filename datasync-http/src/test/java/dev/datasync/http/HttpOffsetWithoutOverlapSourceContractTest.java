package dev.datasync.http;

final class HttpOffsetWithoutOverlapSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.OFFSET_WITHOUT_OVERLAP;
    }
}
