package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads one state. */
final class StateReader {

    private static final Set<String> COMMON = Set.of("Type", "Comment", "QueryLanguage");
    private static final Set<String> FLOW = Set.of("Next", "End", "Assign", "Output");
    private static final Set<String> DISTRIBUTED = Set.of("ItemReader", "ItemBatcher", "ResultWriter", "Label");
    private static final int MAX_SECONDS = DefinitionReader.MAX_SECONDS;

    private final DefinitionReader reader;
    private final String name;
    private final Fields fields;
    private final Set<String> visible;

    StateReader(DefinitionReader reader, String name, Fields fields, Set<String> visible) {
        this.reader = reader;
        this.name = name;
        this.fields = fields;
        this.visible = visible;
    }

    Optional<State> read() {
        fields.require("Type");
        fields.text("Comment");
        Optional<String> type = fields.text("Type");
        if (type.isEmpty()) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                switch (type.get()) {
                    case "Pass" -> pass();
                    case "Task" -> task();
                    case "Choice" -> choice();
                    case "Wait" -> waiting();
                    case "Succeed" -> succeed();
                    case "Fail" -> fail();
                    case "Parallel" -> parallel();
                    case "Map" -> map();
                    default -> {
                        fields.wrong(
                                "Type",
                                "Value must be one of [Choice, Fail, Map, Parallel, Pass, Succeed, Task, Wait]");
                        yield null;
                    }
                });
    }

    private State pass() {
        allow(FLOW, Set.of());
        return new State.Pass(name, next(), fields.assign(), fields.template("Output"));
    }

    private State waiting() {
        allow(FLOW, Set.of("Seconds", "Timestamp"));
        if (fields.has("Seconds") == fields.has("Timestamp")) {
            fields.diagnostics()
                    .schema(fields.location(), "Exactly one of these fields is required: [Seconds, Timestamp]");
        }
        JsonNode timestamp = fields.get("Timestamp");
        if (timestamp != null
                && timestamp.isTextual()
                && !Fields.isExpression(timestamp)
                && !Timestamps.isRfc3339(timestamp.textValue())) {
            fields.wrong("Timestamp", "String does not match RFC3339 timestamp");
        }
        return new State.Wait(
                name,
                next(),
                fields.assign(),
                fields.template("Output"),
                fields.numberTemplate("Seconds", true, 0, MAX_SECONDS),
                fields.textTemplate("Timestamp"));
    }

    private State task() {
        allow(
                FLOW,
                Set.of("Resource", "Arguments", "TimeoutSeconds", "HeartbeatSeconds", "Credentials", "Retry", "Catch"));
        fields.require("Resource");
        Optional<String> resource = fields.nonEmptyText("Resource");
        if (resource.isPresent() && !resource.get().startsWith("arn:")) {
            fields.wrong("Resource", "Value is not a valid resource ARN");
        }
        fields.object("Credentials").ifPresent(credentials -> {
            credentials.allow(Set.of("RoleArn")).require("RoleArn");
            credentials.nonEmptyText("RoleArn");
        });
        Optional<Template> timeout = fields.numberTemplate("TimeoutSeconds", true, 1, MAX_SECONDS);
        Optional<Template> heartbeat = fields.numberTemplate("HeartbeatSeconds", true, 1, MAX_SECONDS);
        checkHeartbeat();
        return new State.Task(
                name,
                next(),
                fields.assign(),
                fields.template("Output"),
                resource.orElse(""),
                fields.template("Arguments"),
                timeout,
                heartbeat,
                fields.template("Credentials"),
                retriers(),
                catchers());
    }

    private void checkHeartbeat() {
        JsonNode timeout = fields.get("TimeoutSeconds");
        JsonNode heartbeat = fields.get("HeartbeatSeconds");
        if (timeout != null
                && heartbeat != null
                && timeout.isNumber()
                && heartbeat.isNumber()
                && heartbeat.longValue() >= timeout.longValue()) {
            fields.wrong("HeartbeatSeconds", "Value must be smaller than TimeoutSeconds");
        }
    }

    private State parallel() {
        allow(FLOW, Set.of("Arguments", "Branches", "Retry", "Catch"));
        fields.require("Branches");
        JsonNode branches = fields.get("Branches");
        if (branches != null && branches.isArray() && branches.isEmpty()) {
            fields.wrong("Branches", "Value cannot be empty");
        }
        List<States> read = fields.objects("Branches").stream()
                .map(branch -> reader.states(branch.allow(Set.of("StartAt", "States", "Comment")), visible))
                .toList();
        return new State.Parallel(
                name,
                next(),
                fields.assign(),
                fields.template("Output"),
                fields.template("Arguments"),
                read,
                retriers(),
                catchers());
    }

    private State map() {
        allow(
                FLOW,
                Set.of(
                        "Items",
                        "ItemSelector",
                        "ItemProcessor",
                        "Iterator",
                        "MaxConcurrency",
                        "ToleratedFailureCount",
                        "ToleratedFailurePercentage",
                        "Retry",
                        "Catch"));
        DISTRIBUTED.stream()
                .filter(fields::has)
                .forEach(field -> fields.wrong(
                        field, "Field '" + field + "' belongs to DISTRIBUTED mode, which is not supported here"));
        JsonNode items = fields.get("Items");
        if (items != null && !items.isArray() && !items.isObject() && !Fields.isExpression(items)) {
            fields.wrong("Items", "Expected value of type Array");
        }
        return new State.MapItems(
                name,
                next(),
                fields.assign(),
                fields.template("Output"),
                fields.template("Items"),
                fields.template("ItemSelector"),
                fields.numberTemplate("MaxConcurrency", true, 0, MAX_SECONDS),
                fields.numberTemplate("ToleratedFailureCount", true, 0, MAX_SECONDS),
                fields.numberTemplate("ToleratedFailurePercentage", false, 0, 100),
                processor(),
                retriers(),
                catchers());
    }

    /** Iterator is the older name of ItemProcessor. */
    private States processor() {
        if (fields.has("ItemProcessor") == fields.has("Iterator")) {
            fields.diagnostics()
                    .schema(fields.location(), "Exactly one of these fields is required: [ItemProcessor, Iterator]");
        }
        Optional<Fields> processor = fields.object("ItemProcessor").or(() -> fields.object("Iterator"));
        if (processor.isEmpty()) {
            return new States("", Map.of());
        }
        processor.get().allow(Set.of("StartAt", "States", "Comment", "ProcessorConfig"));
        processor.get().object("ProcessorConfig").ifPresent(this::checkMode);
        return reader.states(processor.get(), visible);
    }

    private void checkMode(Fields config) {
        Optional<String> mode = config.text("Mode");
        if (mode.isPresent() && !mode.get().equals("INLINE")) {
            config.wrong("Mode", "Only INLINE mode is supported here");
            return;
        }
        config.allow(Set.of("Mode"));
    }

    private State succeed() {
        allow(Set.of(), Set.of("Output"));
        return new State.Succeed(name, fields.template("Output"));
    }

    private State fail() {
        allow(Set.of(), Set.of("Error", "Cause"));
        return new State.Fail(name, fields.textTemplate("Error"), fields.textTemplate("Cause"));
    }

    private State choice() {
        allow(Set.of(), Set.of("Choices", "Default", "Assign", "Output"));
        fields.require("Choices");
        JsonNode choices = fields.get("Choices");
        if (choices != null && choices.isArray() && choices.isEmpty()) {
            fields.wrong("Choices", "Value cannot be empty");
        }
        List<State.Rule> rules =
                fields.objects("Choices").stream().map(this::rule).toList();
        return new State.Choice(
                name, rules, fields.nonEmptyText("Default"), fields.assign(), fields.template("Output"));
    }

    private State.Rule rule(Fields rule) {
        rule.allow(Set.of("Condition", "Next", "Assign", "Output", "Comment")).require("Condition", "Next");
        JsonNode condition = rule.get("Condition");
        if (condition != null && !condition.isBoolean() && !Fields.isExpression(condition)) {
            rule.wrong("Condition", "Expected a JSONata expression or value of type Boolean");
        }
        Template template = rule.template("Condition").orElse(new Template.Constant(fields.node()));
        String text = template instanceof Template.Computed computed
                ? computed.expression().source()
                : String.valueOf(condition);
        return new State.Rule(
                template, text, rule.nonEmptyText("Next").orElse(""), rule.assign(), rule.template("Output"));
    }

    private List<Retrier> retriers() {
        List<Retrier> retriers = new ArrayList<>();
        for (Fields retrier : fields.objects("Retry")) {
            retrier.allow(Set.of(
                    "ErrorEquals",
                    "IntervalSeconds",
                    "MaxAttempts",
                    "BackoffRate",
                    "MaxDelaySeconds",
                    "JitterStrategy",
                    "Comment"));
            retriers.add(retrier(retrier));
        }
        checkWildcards("Retry", retriers.stream().map(Retrier::errors).toList());
        return retriers;
    }

    private static Retrier retrier(Fields retrier) {
        Optional<String> jitter = retrier.text("JitterStrategy");
        if (jitter.isPresent() && !Set.of("FULL", "NONE").contains(jitter.get())) {
            retrier.wrong("JitterStrategy", "Value must be one of [FULL, NONE]");
        }
        int interval = retrier.integer("IntervalSeconds", 1, MAX_SECONDS).orElse(1);
        Optional<Integer> most = retrier.integer("MaxDelaySeconds", 1, 31_622_399);
        if (most.isPresent() && most.get() < interval) {
            retrier.wrong("MaxDelaySeconds", "Value must not be smaller than IntervalSeconds");
        }
        return new Retrier(
                errors(retrier),
                interval,
                retrier.integer("MaxAttempts", 0, MAX_SECONDS).orElse(3),
                retrier.number("BackoffRate", 1.0).orElse(2.0),
                most,
                jitter.equals(Optional.of("FULL")));
    }

    private List<Catcher> catchers() {
        List<Catcher> catchers = new ArrayList<>();
        for (Fields catcher : fields.objects("Catch", true)) {
            catcher.allow(Set.of("ErrorEquals", "Next", "Assign", "Output", "Comment"))
                    .require("Next");
            catchers.add(new Catcher(
                    errors(catcher),
                    catcher.nonEmptyText("Next").orElse(""),
                    catcher.assign(),
                    catcher.template("Output")));
        }
        checkWildcards("Catch", catchers.stream().map(Catcher::errors).toList());
        return catchers;
    }

    private static List<String> errors(Fields part) {
        part.require("ErrorEquals");
        JsonNode errors = part.get("ErrorEquals");
        if (errors == null) {
            return List.of();
        }
        if (!errors.isArray() || errors.isEmpty()) {
            part.wrong("ErrorEquals", "Expected a non-empty value of type Array");
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (JsonNode error : errors) {
            if (!error.isTextual()) {
                part.wrong("ErrorEquals", "Expected values of type String");
                return List.of();
            }
            names.add(error.textValue());
        }
        return names;
    }

    private void checkWildcards(String field, List<List<String>> parts) {
        for (int index = 0; index < parts.size(); index++) {
            if (!parts.get(index).contains(ErrorNames.ALL)) {
                continue;
            }
            if (parts.get(index).size() > 1) {
                fields.wrong(field + "[" + index + "]/ErrorEquals", "States.ALL must appear alone");
            }
            if (index < parts.size() - 1) {
                fields.wrong(field + "[" + index + "]/ErrorEquals", "States.ALL must appear in the last element");
            }
        }
    }

    private Optional<String> next() {
        Optional<String> next = fields.nonEmptyText("Next");
        JsonNode end = fields.get("End");
        if (end != null && !end.isBoolean()) {
            fields.wrong("End", "Expected value of type Boolean");
            return next;
        }
        boolean ends = end != null && end.booleanValue();
        if (ends && fields.has("Next")) {
            fields.diagnostics().schema(fields.location(), "Only one of these fields is allowed: [Next, End]");
        }
        if (!ends && !fields.has("Next")) {
            fields.diagnostics().schema(fields.location(), "One of these fields is required: [Next, End]");
        }
        return next;
    }

    private void allow(Set<String> group, Set<String> own) {
        Set<String> known = Stream.of(COMMON, group, own).flatMap(Set::stream).collect(Collectors.toSet());
        if (own.contains("ItemProcessor")) {
            known.addAll(DISTRIBUTED);
        }
        fields.allow(known);
    }
}
