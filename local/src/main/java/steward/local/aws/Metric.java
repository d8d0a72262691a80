package steward.local.aws;

import java.time.Instant;
import java.util.Map;

/**
 * A value that was put to CloudWatch.
 *
 * @param put when; CloudWatch's own time stamp if the caller gave none
 */
public record Metric(String namespace, String name, Map<String, String> dimensions, double value, Instant put) {}
