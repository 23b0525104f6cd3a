package dev.datasync.files;

class JsonFlattenedSinkContractTest extends JsonSinkContractTest {

    @Override
    Json.Form form() {
        return Json.Form.FLATTENED;
    }
}
