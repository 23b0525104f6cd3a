package dev.datasync.benchmarks;

/** A document in Markdown, of which a part between two comments is the runner's. */
final class Document {

    private Document() {}

    /** Returns the document with another text in the part of this name. */
    static String replaced(String document, String part, String text) {
        String begin = "<!-- benchmarks: " + part + " -->\n";
        String end = "<!-- end of benchmarks: " + part + " -->";
        int from = document.indexOf(begin);
        int to = document.indexOf(end, Math.max(0, from));
        if (from < 0 || to < 0) {
            throw new IllegalStateException("the document has no part between '" + begin.strip() + "' and '" + end
                    + "', in two lines of their own");
        }
        return document.substring(0, from + begin.length()) + "\n" + text.strip() + "\n\n" + document.substring(to);
    }
}
