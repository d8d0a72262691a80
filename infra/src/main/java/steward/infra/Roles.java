package steward.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.FromRoleArnOptions;
import software.amazon.awscdk.services.iam.IPrincipal;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;
import steward.infra.permission.Place;
import steward.infra.permission.Statement;

/** Roles with one policy of their own and nothing else: no construct that is given one adds to it. */
final class Roles {
    private static final Duration LONGEST_SESSION = Duration.hours(12);

    private Roles() {}

    /**
     * For a service that acts in this account, for things of this account only.
     *
     * @param wildcards why there are some in the statements; empty if there are none
     */
    static IRole forService(
            Construct scope, Place place, String name, String service, List<Statement> statements, String wildcards) {
        IPrincipal principal = ServicePrincipal.Builder.create(service)
                .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", place.account())))
                .build();
        return role(scope, name + place.suffix(), principal, statements, wildcards);
    }

    /**
     * A role.
     *
     * @param wildcards why there are some in the statements; empty if there are none
     */
    static IRole role(
            Construct scope, String name, IPrincipal principal, List<Statement> statements, String wildcards) {
        return asItIs(scope, builder(scope, name, principal, statements), wildcards);
    }

    /** The same for those who wait for what they start: their sessions may last as long as AWS allows. */
    static IRole forLongSessions(
            Construct scope, String name, IPrincipal principal, List<Statement> statements, String wildcards) {
        Role.Builder builder = builder(scope, name, principal, statements).maxSessionDuration(LONGEST_SESSION);
        return asItIs(scope, builder, wildcards);
    }

    private static Role.Builder builder(
            Construct scope, String name, IPrincipal principal, List<Statement> statements) {
        return Role.Builder.create(scope, "Role")
                .roleName(Place.STEWARD + "-" + name)
                .assumedBy(principal)
                .inlinePolicies(Map.of("steward", PolicyDocument.fromJson(Statement.policy(statements))));
    }

    private static IRole asItIs(Construct scope, Role.Builder builder, String wildcards) {
        Role role = builder.build();
        if (!wildcards.isEmpty()) {
            Suppressions.add(role, "AwsSolutions-IAM5", wildcards);
        }
        FromRoleArnOptions asItIs = FromRoleArnOptions.builder().mutable(false).build();
        return Role.fromRoleArn(scope, "RoleAsItIs", role.getRoleArn(), asItIs);
    }
}
