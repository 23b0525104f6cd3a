package dev.datasync.files;

class JsonPointerSourceContractTest extends JsonSourceContractTest {

    @Override
    Json.Form form() {
        return Json.Form.POINTER;
    }
}
