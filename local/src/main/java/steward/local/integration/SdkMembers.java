package steward.local.integration;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * The members of an SDK structure by the names that Step Functions gives them: the SDK's method names with a capital
 * first letter. They differ from the service's own: RDS says {@code DBInstances}, Step Functions {@code DbInstances};
 * Secrets Manager says {@code ARN}, Step Functions {@code Arn}.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html">API naming
 *     conventions</a>
 */
final class SdkMembers {

    /** Looking at a class's methods takes longer than a call. A structure and its builder have the same fields. */
    private static final Map<Class<?>, Map<String, SdkField<?>>> KNOWN = new ConcurrentHashMap<>();

    private SdkMembers() {}

    /** In the order of the service's model. */
    static Map<String, SdkField<?>> of(SdkPojo structureOrBuilder) {
        return KNOWN.computeIfAbsent(
                structure(structureOrBuilder.getClass()), structure -> members(structure, structureOrBuilder));
    }

    private static Map<String, SdkField<?>> members(Class<?> structure, SdkPojo structureOrBuilder) {
        Map<String, String> methods = noArgumentMethods(structure);
        Map<String, SdkField<?>> members = new LinkedHashMap<>();
        for (SdkField<?> field : structureOrBuilder.sdkFields()) {
            members.put(capitalized(methodName(field, methods)), field);
        }
        return Collections.unmodifiableMap(members);
    }

    private static String methodName(SdkField<?> field, Map<String, String> methods) {
        String member = field.memberName().toLowerCase(Locale.ROOT);
        // A member called "equals" or "class" has the suffix, since Java needs those names itself.
        String plain = methods.getOrDefault(member, methods.get(member + "value"));
        if (plain == null) {
            throw new IllegalStateException("the SDK has no method for its member " + field.memberName());
        }
        return plain;
    }

    private static Map<String, String> noArgumentMethods(Class<?> structure) {
        return Arrays.stream(structure.getDeclaredMethods())
                .filter(method -> method.getParameterCount() == 0)
                .map(Method::getName)
                .distinct()
                .collect(Collectors.toMap(
                        name -> name.toLowerCase(Locale.ROOT), Function.identity(), (first, second) -> first));
    }

    private static Class<?> structure(Class<?> structureOrBuilder) {
        Class<?> enclosing = structureOrBuilder.getEnclosingClass();
        return enclosing == null ? structureOrBuilder : enclosing;
    }

    private static String capitalized(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }
}
