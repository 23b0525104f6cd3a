package dev.datasync.http;

final class HttpNumberAndTotalSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.NUMBER_AND_TOTAL;
    }
}
