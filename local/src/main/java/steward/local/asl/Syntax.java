package steward.local.asl;

import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.Parser.Symbol;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What Step Functions refuses in an expression that the library takes. An expression has no context item there: {@code
 * $}, {@code $$} and a bare name such as {@code input.name} cannot mean anything, so AWS refuses the definition. The
 * library keeps the syntax tree to itself, so it is read by reflection.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html">Transforming data with
 *     JSONata</a>
 */
final class Syntax {

    private static final Field TREE = field(Jsonata.class, "ast");
    private static final List<Field> FIELDS = fields();

    private Syntax() {}

    static void check(Jsonata compiled, boolean errorOutput, String location, Diagnostics diagnostics) {
        Symbol root = (Symbol) Objects.requireNonNull(read(TREE, compiled));
        Set<String> bare = new LinkedHashSet<>();
        bareNames(root, bare);
        bare.forEach(name -> diagnostics.add(
                Diagnostics.UNSUPPORTED, location, "Reference to '" + name + "' at the top level is not supported."));
        for (Symbol symbol : all(root)) {
            if (is(symbol, "variable") && "$".equals(member(symbol, "value"))) {
                diagnostics.add(Diagnostics.EXPRESSION, location, "'$$' is not supported.");
            }
            newerOperator(symbol)
                    .ifPresent(operator -> diagnostics.add(
                            Diagnostics.EXPRESSION, location, "'" + operator + "' is no operator in JSONata 2.0.6."));
            if (!errorOutput && isErrorOutput(symbol)) {
                diagnostics.add(
                        Diagnostics.EXPRESSION, location, "'$states.errorOutput' is only available in a Catch.");
            }
        }
    }

    /**
     * Step Functions has JSONata 2.0.6, the library more. It reads the operators that came later as a condition which
     * has the same operand twice: the same place of the text is on both sides of the question mark.
     */
    private static Optional<String> newerOperator(Symbol symbol) {
        if (!is(symbol, "condition")) {
            return Optional.empty();
        }
        Symbol condition = (Symbol) Objects.requireNonNull(member(symbol, "condition"));
        Symbol then = (Symbol) Objects.requireNonNull(member(symbol, "then"));
        if (Collections.disjoint(positions(condition), positions(then))) {
            return Optional.empty();
        }
        boolean existence = is(condition, "function") && position(condition) == 0;
        return Optional.of(existence ? "??" : "?:");
    }

    /** Where in the text the tokens of a part are; 0 is what the library put in itself. */
    private static Set<Integer> positions(Symbol part) {
        return all(part).stream()
                .map(Syntax::position)
                .filter(position -> position > 0)
                .collect(Collectors.toSet());
    }

    private static int position(Symbol symbol) {
        return (Integer) Objects.requireNonNull(member(symbol, "position"));
    }

    private static boolean isErrorOutput(Symbol symbol) {
        if (!is(symbol, "path")) {
            return false;
        }
        List<Symbol> steps = symbols(symbol, "steps");
        return steps.size() > 1
                && is(steps.get(0), "variable")
                && "states".equals(member(steps.get(0), "value"))
                && is(steps.get(1), "name")
                && "errorOutput".equals(member(steps.get(1), "value"));
    }

    /**
     * Follows only what is evaluated without a context: no predicates, no later steps of a path. The body of a function
     * has the context of the place where the function is written.
     */
    private static void bareNames(Symbol symbol, Set<String> names) {
        switch (String.valueOf(member(symbol, "type"))) {
            case "name" -> names.add(String.valueOf(member(symbol, "value")));
            case "variable" -> {
                if ("".equals(member(symbol, "value"))) {
                    names.add("$");
                }
            }
            case "path" -> bareNames(symbols(symbol, "steps").get(0), names);
            case "binary", "apply" -> each(symbol, names, "lhs", "rhs");
            case "bind" -> each(symbol, names, "rhs");
            case "unary" -> each(symbol, names, "expression", "expressions", "lhsObject");
            case "condition" -> each(symbol, names, "condition", "then", "_else");
            case "block" -> each(symbol, names, "expressions");
            case "function", "partial" -> each(symbol, names, "procedure", "arguments");
            case "lambda" -> each(symbol, names, "body");
            default -> {}
        }
    }

    private static void each(Symbol symbol, Set<String> names, String... members) {
        for (String member : members) {
            symbols(symbol, member).forEach(child -> bareNames(child, names));
        }
    }

    private static Collection<Symbol> all(Symbol root) {
        Set<Symbol> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Symbol> open = new ArrayList<>(List.of(root));
        while (!open.isEmpty()) {
            Symbol symbol = open.removeLast();
            if (seen.add(symbol)) {
                FIELDS.forEach(field -> collect(read(field, symbol), open));
            }
        }
        return seen;
    }

    private static boolean is(Symbol symbol, String type) {
        return type.equals(member(symbol, "type"));
    }

    private static List<Symbol> symbols(Symbol symbol, String member) {
        List<Symbol> symbols = new ArrayList<>();
        collect(member(symbol, member), symbols);
        return symbols;
    }

    private static void collect(@Nullable Object value, List<Symbol> symbols) {
        if (value == null) {
            return;
        }
        switch (value) {
            case Symbol symbol -> symbols.add(symbol);
            case Symbol[] pair -> List.of(pair).forEach(symbols::add);
            case List<?> list -> list.forEach(element -> collect(element, symbols));
            default -> {}
        }
    }

    private static @Nullable Object member(Symbol symbol, String name) {
        for (Field field : FIELDS) {
            if (field.getName().equals(name)) {
                return read(field, symbol);
            }
        }
        throw new IllegalStateException("the JSONata library has no member " + name);
    }

    private static List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        for (Field field : Symbol.class.getDeclaredFields()) {
            if (!field.isSynthetic() && !Modifier.isStatic(field.getModifiers())) {
                field.setAccessible(true);
                fields.add(field);
            }
        }
        return fields;
    }

    private static Field field(Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static @Nullable Object read(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException refused) {
            throw new IllegalStateException(refused);
        }
    }
}
