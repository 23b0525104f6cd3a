package dev.datasync.http;

final class HttpLinesSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.LINES;
    }
}
