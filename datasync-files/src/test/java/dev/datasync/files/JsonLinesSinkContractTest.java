package dev.datasync.files;

class JsonLinesSinkContractTest extends JsonSinkContractTest {

    @Override
    Json.Form form() {
        return Json.Form.LINES;
    }
}
