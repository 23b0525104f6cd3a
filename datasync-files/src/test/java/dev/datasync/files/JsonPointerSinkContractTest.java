package dev.datasync.files;

class JsonPointerSinkContractTest extends JsonSinkContractTest {

    @Override
    Json.Form form() {
        return Json.Form.POINTER;
    }
}
