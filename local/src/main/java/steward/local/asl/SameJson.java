package steward.local.asl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Whether two JSON values are the same: numbers by value, members in any order. */
final class SameJson {

    private SameJson() {}

    static boolean same(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue()) == 0;
        }
        if (one.getNodeType() != other.getNodeType() || one.size() != other.size()) {
            return false;
        }
        if (one.isArray()) {
            return sameElements(one, other);
        }
        if (one.isObject()) {
            return sameMembers(one, other);
        }
        return one.equals(other);
    }

    static boolean sameInAnyOrder(JsonNode one, JsonNode other) {
        List<JsonNode> left = new ArrayList<>();
        other.forEach(left::add);
        for (JsonNode wanted : one) {
            Iterator<JsonNode> candidates = left.iterator();
            boolean found = false;
            while (!found && candidates.hasNext()) {
                if (same(wanted, candidates.next())) {
                    candidates.remove();
                    found = true;
                }
            }
            if (!found) {
                return false;
            }
        }
        return left.isEmpty();
    }

    private static boolean sameElements(JsonNode one, JsonNode other) {
        for (int index = 0; index < one.size(); index++) {
            if (!same(one.get(index), other.get(index))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameMembers(JsonNode one, JsonNode other) {
        Iterator<String> names = one.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!other.has(name) || !same(one.get(name), other.get(name))) {
                return false;
            }
        }
        return true;
    }
}
