package steward.local.aws;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * A request to S3, with the bucket in its path.
 *
 * @param bucket empty for the service itself
 * @param key empty for the bucket itself
 * @param query decoded
 */
record S3Request(HttpExchange exchange, String bucket, String key, Map<String, String> query) {

    /** More than any list of parts or keys needs. */
    private static final int LONGEST_DOCUMENT = 4 << 20;

    static S3Request of(HttpExchange exchange) {
        var path = exchange.getRequestURI().getRawPath().substring(1);
        var slash = path.indexOf('/');
        var bucket = slash < 0 ? path : path.substring(0, slash);
        // In a path a plus sign is a plus sign.
        var key = slash < 0 ? "" : decode(path.substring(slash + 1).replace("+", "%2B"));
        return new S3Request(
                exchange, bucket, key, form(exchange.getRequestURI().getRawQuery()));
    }

    /** Fields as in a query, or in the header with tags. */
    static Map<String, String> form(@Nullable String raw) {
        var fields = new LinkedHashMap<String, String>();
        if (raw == null || raw.isEmpty()) {
            return fields;
        }
        for (var field : raw.split("&", -1)) {
            var parts = field.split("=", 2);
            fields.put(decode(parts[0]), parts.length == 1 ? "" : decode(parts[1]));
        }
        return fields;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw AwsError.of("InvalidURI", "Couldn't parse the specified URI.");
        }
    }

    String method() {
        return exchange.getRequestMethod();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** Headers with this prefix, without it, in small letters. */
    Map<String, String> headers(String prefix) {
        var found = new LinkedHashMap<String, String>();
        exchange.getRequestHeaders().forEach((name, values) -> {
            var lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(prefix)) {
                found.put(lower.substring(prefix.length()), String.join(",", values));
            }
        });
        return found;
    }

    /**
     * A number of the query.
     *
     * @throws AwsError InvalidArgument
     */
    int number(String name, int otherwise) {
        var text = parameter(name).orElse(Integer.toString(otherwise));
        if (!text.matches("\\d{1,9}")) {
            throw S3Errors.invalidArgument("Provided " + name + " not an integer or within integer range");
        }
        return Integer.parseInt(text);
    }

    InputStream body() {
        return exchange.getRequestBody();
    }

    boolean isAwsChunked() {
        return header("x-amz-content-sha256").orElse("").startsWith("STREAMING-")
                || header("Content-Encoding").orElse("").contains("aws-chunked");
    }

    /** What the body's decoded length has to be, if the client says it. */
    Optional<Long> length() {
        return header(isAwsChunked() ? "x-amz-decoded-content-length" : "Content-Length")
                .map(S3Request::length);
    }

    private static long length(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw S3Errors.incompleteBody();
        }
        return Long.parseLong(text);
    }

    /**
     * The root of the XML document that is the body, which must be undamaged.
     *
     * @throws AwsError MalformedXML, BadDigest
     */
    Element document() throws IOException {
        var body = isAwsChunked() ? new AwsChunked(body()) : body();
        var bytes = body.readNBytes(LONGEST_DOCUMENT);
        checkDigests(bytes);
        try {
            var factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null);
            return builder.parse(new ByteArrayInputStream(bytes)).getDocumentElement();
        } catch (SAXException e) {
            throw S3Errors.malformedXml();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void checkDigests(byte[] bytes) {
        for (var algorithm : ChecksumAlgorithm.values()) {
            check(header(algorithm.header()), algorithm.sum(), bytes, algorithm.name());
        }
        check(header("Content-MD5"), ChecksumAlgorithm.digest("MD5"), bytes, "Content-MD5");
    }

    private static void check(Optional<String> said, ChecksumAlgorithm.Sum sum, byte[] bytes, String name) {
        if (said.isEmpty()) {
            return;
        }
        sum.update(bytes, 0, bytes.length);
        if (!said.get().equals(Base64.getEncoder().encodeToString(sum.result()))) {
            throw S3Errors.badDigest(name);
        }
    }

    static List<Element> children(Element parent, String name) {
        var found = new ArrayList<Element>();
        for (var node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeType() == Node.ELEMENT_NODE && name.equals(node.getLocalName())) {
                found.add((Element) node);
            }
        }
        return found;
    }

    static Optional<String> text(Element parent, String name) {
        return children(parent, name).stream().findFirst().map(Element::getTextContent);
    }
}
