package dev.datasync.http;

final class HttpNextSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.NEXT;
    }
}
