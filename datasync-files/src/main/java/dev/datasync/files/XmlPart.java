package dev.datasync.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** The elements and texts of a part, one after the other. Definitions of a document's own are refused. */
final class XmlPart implements Closeable {

    static final int START = XMLStreamConstants.START_ELEMENT;
    static final int END = XMLStreamConstants.END_ELEMENT;

    static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    static final String STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main";

    /** More than any cell holds: Excel allows 32,767. */
    static final int LONGEST_TEXT = 1 << 20;

    private static final int DEEPEST = 100;

    private final XlsxPackage.Part part;
    private final XMLStreamReader reader;
    private char[] text = new char[256];
    private int length;
    private int depth;
    private boolean leaving;

    private XmlPart(XlsxPackage.Part part, XMLStreamReader reader) {
        this.part = part;
        this.reader = reader;
    }

    /** Opens a part and goes to its root element. */
    static XmlPart open(XlsxPackage archive, String name, long limit) throws IOException {
        XlsxPackage.Part part = archive.open(name, limit);
        boolean opened = false;
        try {
            XmlPart xml = new XmlPart(part, reader(part));
            while (xml.next() != START) {
                // comments and the like may come first
            }
            opened = true;
            return xml;
        } finally {
            if (!opened) {
                part.close();
            }
        }
    }

    private static XMLStreamReader reader(XlsxPackage.Part part) throws IOException {
        // the parser of the JDK, whatever else is on the class path: its limits are known
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        try {
            return factory.createXMLStreamReader(part);
        } catch (XMLStreamException | RuntimeException e) {
            // its message may quote the file
            part.rethrow();
            throw notXml(part);
        }
    }

    private static ExcelFault notXml(XlsxPackage.Part part) {
        return ExcelFault.corrupt("its part '" + part.name() + "' is no XML as it should be");
    }

    /** Goes on. Returns {@link #START}, {@link #END}, or something that is neither. */
    int next() throws IOException {
        if (leaving) {
            leaving = false;
            depth--;
        }
        int event;
        try {
            event = reader.next();
        } catch (XMLStreamException | RuntimeException | StackOverflowError e) {
            part.rethrow();
            throw notXml(part);
        }
        if (event == START) {
            depth++;
            if (depth > DEEPEST) {
                throw notXml(part);
            }
        } else if (event == END) {
            leaving = true;
        } else if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
            throw ExcelFault.corrupt(
                    "its part '" + part.name() + "' has definitions of its own, which no workbook has");
        }
        return event;
    }

    /** Tells whether nothing is left. */
    boolean isAtEnd() {
        return reader.getEventType() == XMLStreamConstants.END_DOCUMENT;
    }

    /** Returns the depth of the element that has just begun or ended: 1 for the root. */
    int depth() {
        return depth;
    }

    /** Returns the name, without prefix, of the element that has just begun or ended. */
    String name() {
        return reader.getLocalName();
    }

    String namespace() {
        String namespace = reader.getNamespaceURI();
        return namespace == null ? "" : namespace;
    }

    /** Makes sure that the root element is what it should be. */
    XmlPart rooted(String name) throws ExcelFault {
        if (namespace().startsWith("http://purl.oclc.org/ooxml/")) {
            throw new ExcelFault(
                    "E-XLS-STRICT",
                    "the workbook is saved as 'Strict Open XML', which is not read: save it in Excel as 'Excel"
                            + " Workbook (*.xlsx)'");
        }
        if (!name().equals(name) || !namespace().equals(MAIN)) {
            throw notXml(part);
        }
        return this;
    }

    /** Returns the reader, for the attributes of the element that has just begun. */
    XMLStreamReader attributes() {
        return reader;
    }

    /** Returns an attribute without prefix of the element that has just begun. */
    @Nullable
    String attribute(String name) {
        return reader.getAttributeValue(XMLConstants.NULL_NS_URI, name);
    }

    /** Returns the first attribute of that name that has a prefix. */
    @Nullable
    String prefixed(String name) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            String namespace = reader.getAttributeNamespace(i);
            if (namespace != null
                    && !namespace.isEmpty()
                    && reader.getAttributeLocalName(i).equals(name)) {
                return reader.getAttributeValue(i);
            }
        }
        return null;
    }

    /** Returns whether white space around the text of the element that has just begun belongs to it. */
    boolean keepsSpace(boolean otherwise) {
        String space = reader.getAttributeValue(XMLConstants.XML_NS_URI, "space");
        return space == null ? otherwise : space.equals("preserve");
    }

    /** Passes over the element that has just begun. */
    void skip() throws IOException {
        int level = depth;
        while (next() != END || depth > level) {
            // all of it
        }
    }

    /** Reads the text of the element that has just begun, up to its end. */
    void readText() throws IOException {
        int level = depth;
        length = 0;
        int event;
        while ((event = next()) != END || depth > level) {
            if (depth == level && isText(event)) {
                int more = reader.getTextLength();
                if (length + more > LONGEST_TEXT) {
                    throw new ExcelFault(
                            "E-XLS-TOO-LONG",
                            "a text is longer than " + LONGEST_TEXT
                                    + " characters, while Excel allows 32,767: shorten it");
                }
                if (length + more > text.length) {
                    text = Arrays.copyOf(text, Math.max(length + more, text.length * 2));
                }
                System.arraycopy(reader.getTextCharacters(), reader.getTextStart(), text, length, more);
                length += more;
            }
        }
    }

    private static boolean isText(int event) {
        return event == XMLStreamConstants.CHARACTERS
                || event == XMLStreamConstants.CDATA
                || event == XMLStreamConstants.SPACE;
    }

    /** Returns what {@link #readText} has read, up to {@link #length()}; other things after the next call. */
    char[] text() {
        return text;
    }

    int length() {
        return length;
    }

    /** Reads the rest, for the checksum. */
    void finish() throws IOException {
        part.drain();
    }

    @Override
    public void close() throws IOException {
        part.close();
    }
}
