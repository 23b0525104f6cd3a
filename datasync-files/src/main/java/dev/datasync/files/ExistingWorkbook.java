package dev.datasync.files;
final class ExistingWorkbook {
 static SheetContent open(String name, java.nio.file.Path path, java.nio.file.Path target, ExcelOptions options, dev.datasync.sink.WriteContext context, NotedStream out) { throw new UnsupportedOperationException("in work"); }
}
