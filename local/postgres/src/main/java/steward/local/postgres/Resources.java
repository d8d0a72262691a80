package steward.local.postgres;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Files beside the classes of this package. */
final class Resources {
    private Resources() {}

    static InputStream open(String name) throws IOException {
        InputStream resource = Resources.class.getResourceAsStream(name);
        if (resource == null) throw new FileNotFoundException("resource " + name);
        return resource;
    }

    static String text(String name) {
        try (InputStream resource = open(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new ServerFailed("reading the resource " + name, failure);
        }
    }
}
