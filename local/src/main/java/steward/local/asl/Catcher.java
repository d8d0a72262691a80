package steward.local.asl;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One element of Catch. */
record Catcher(List<String> errors, String next, Map<String, Template> assign, Optional<Template> output) {}
