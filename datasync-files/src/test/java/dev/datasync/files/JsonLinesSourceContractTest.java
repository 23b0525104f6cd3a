package dev.datasync.files;

class JsonLinesSourceContractTest extends JsonSourceContractTest {

    @Override
    Json.Form form() {
        return Json.Form.LINES;
    }
}
