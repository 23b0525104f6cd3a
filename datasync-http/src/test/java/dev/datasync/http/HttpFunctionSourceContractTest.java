package dev.datasync.http;

final class HttpFunctionSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.FUNCTION;
    }
}
