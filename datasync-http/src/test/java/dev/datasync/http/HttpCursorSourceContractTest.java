package dev.datasync.http;

final class HttpCursorSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.CURSOR;
    }
}
