package dev.datasync.files;

class JsonFlattenedSourceContractTest extends JsonSourceContractTest {

    @Override
    Json.Form form() {
        return Json.Form.FLATTENED;
    }
}
