package steward.local.aws;

import java.io.StringWriter;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes one XML document, element by element. */
final class Xml {

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter writer;

    private Xml() {
        try {
            writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    static String document(String root, String namespace, Body body) {
        var xml = new Xml();
        xml.write(() -> {
            xml.writer.writeStartElement(root);
            xml.writer.writeDefaultNamespace(namespace);
            body.write(xml);
            xml.writer.writeEndElement();
            xml.writer.flush();
        });
        return xml.text.toString();
    }

    Xml element(String name, Object value) {
        write(() -> {
            writer.writeStartElement(name);
            writer.writeCharacters(value.toString());
            writer.writeEndElement();
        });
        return this;
    }

    Xml element(String name, Optional<?> value) {
        value.ifPresent(present -> element(name, present));
        return this;
    }

    Xml element(String name, Body body) {
        write(() -> {
            writer.writeStartElement(name);
            body.write(this);
            writer.writeEndElement();
        });
        return this;
    }

    private void write(Step step) {
        try {
            step.run();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What an element holds. */
    interface Body {
        void write(Xml xml);
    }

    private interface Step {
        void run() throws XMLStreamException;
    }
}
