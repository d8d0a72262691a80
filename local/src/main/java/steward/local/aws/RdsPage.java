package steward.local.aws;

import java.util.List;
import java.util.function.Function;

/** A page of a list, by MaxRecords and Marker. */
final class RdsPage {

    private RdsPage() {}

    static <T> Page<T> of(List<T> found, Function<T, String> identifier, QueryRequest request) {
        var marker = request.text("Marker");
        try {
            return Page.of(found, identifier, false, marker, RdsRules.pageSize(request));
        } catch (IllegalArgumentException e) {
            throw AwsError.of("InvalidParameterValue", "Invalid marker: " + marker.orElse(""));
        }
    }
}
