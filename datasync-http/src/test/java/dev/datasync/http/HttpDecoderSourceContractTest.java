package dev.datasync.http;

final class HttpDecoderSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.DECODER;
    }
}
