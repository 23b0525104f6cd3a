package dev.datasync.http;

final class HttpOffsetSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.OFFSET;
    }
}
