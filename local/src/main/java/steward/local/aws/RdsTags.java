package steward.local.aws;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Tags of instances and snapshots. Guarded by the lock of {@link RdsAccount}. */
final class RdsTags {

    private final RdsAccount account;

    RdsTags(RdsAccount account) {
        this.account = account;
    }

    Optional<Xml.Body> list(QueryRequest request) {
        var tags = change(request, old -> old);
        return Optional.of(result -> result.element("TagList", list -> DatabaseInstanceXml.tags(list, tags)));
    }

    Optional<Xml.Body> add(QueryRequest request) {
        var added = RdsRules.tags(request);
        change(request, tags -> {
            tags.putAll(added);
            return tags;
        });
        return Optional.empty();
    }

    Optional<Xml.Body> remove(QueryRequest request) {
        Collection<String> keys = request.texts("TagKeys");
        change(request, tags -> {
            tags.keySet().removeAll(keys);
            return tags;
        });
        return Optional.empty();
    }

    /** The tags after the change. */
    private Map<String, String> change(QueryRequest request, UnaryOperator<Map<String, String>> change) {
        var arn = request.required("ResourceName");
        var prefix = "arn:aws:rds:" + request.region() + ":" + Arn.ACCOUNT + ":";
        if (arn.startsWith(prefix + "snapshot:")) {
            var snapshot = account.snapshots.find(request.region(), arn);
            var tags = change.apply(new TreeMap<>(snapshot.tags()));
            account.snapshots.update(snapshot, found -> found.withTags(tags));
            return tags;
        }
        if (!arn.startsWith(prefix + "db:")) {
            throw AwsError.of("InvalidParameterValue", "Invalid resource name: " + arn);
        }
        var instance = account.instance(request, arn);
        var tags = change.apply(new TreeMap<>(instance.tags()));
        account.update(instance, found -> found.withTags(tags));
        return tags;
    }
}
