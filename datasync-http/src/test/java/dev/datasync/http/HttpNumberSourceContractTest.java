package dev.datasync.http;

final class HttpNumberSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.NUMBER;
    }
}
