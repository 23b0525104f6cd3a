package dev.datasync.http;

final class HttpGzipSourceContractTest extends HttpSourceContractTest {

    @Override
    PagedServer.Scheme scheme() {
        return PagedServer.Scheme.GZIP;
    }
}
