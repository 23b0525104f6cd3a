package dev.datasync.http;

final class HttpLinkSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.LINK;
    }
}
