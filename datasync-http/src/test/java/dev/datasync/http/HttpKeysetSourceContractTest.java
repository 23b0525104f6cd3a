package dev.datasync.http;

final class HttpKeysetSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.KEYSET;
    }
}
