package steward.local.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a secret is rotated.
 *
 * @param enabled false once it was cancelled
 * @param function ARN of the Lambda function
 * @param rules RotationRules as they were given
 * @param last when it succeeded last
 */
record Rotation(boolean enabled, String function, ObjectNode rules, Optional<Instant> last) {

    private static final long LONGEST = 1_000;

    /**
     * What RotateSecret asks for; what it leaves out stays as it was.
     *
     * @throws AwsError if there is no function, or the rules contradict each other
     */
    static Rotation asked(JsonRequest request, Optional<Rotation> before) {
        var function = request.text("RotationLambdaARN")
                .or(() -> before.map(Rotation::function))
                .orElseThrow(() -> AwsError.of(
                        "InvalidRequestException", "No Lambda rotation function ARN is associated with this secret."));
        var rules = request.object("RotationRules")
                .map(Rotation::checkRules)
                .or(() -> before.map(Rotation::rules))
                .orElseGet(Json::object);
        return new Rotation(true, function, rules, before.flatMap(Rotation::last));
    }

    private static ObjectNode checkRules(JsonRequest rules) {
        var days = rules.number("AutomaticallyAfterDays");
        if (days.isPresent() == rules.has("ScheduleExpression")) {
            throw SecretRules.parameter("RotationRules must hold either AutomaticallyAfterDays or ScheduleExpression.");
        }
        if (days.isPresent() && (days.getAsLong() < 1 || days.getAsLong() > LONGEST)) {
            throw SecretRules.parameter("AutomaticallyAfterDays must be between 1 and " + LONGEST + ".");
        }
        return rules.members();
    }

    Rotation cancelled() {
        return new Rotation(false, function, rules, last);
    }

    Rotation succeeded(Instant now) {
        return new Rotation(enabled, function, rules, Optional.of(now));
    }

    /** Adds what DescribeSecret tells. */
    void describe(ObjectNode answer) {
        answer.put("RotationEnabled", enabled);
        if (!enabled) {
            return;
        }
        answer.put("RotationLambdaARN", function);
        answer.set("RotationRules", rules);
        last.ifPresent(time -> answer.set("LastRotatedDate", Json.timestamp(time)));
        var days = rules.path("AutomaticallyAfterDays").asLong();
        if (days > 0 && last.isPresent()) {
            answer.set("NextRotationDate", Json.timestamp(last.get().plus(Duration.ofDays(days))));
        }
    }
}
