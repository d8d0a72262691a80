package steward.infra.permission;

import static steward.infra.permission.Statement.allow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What calls of RDS need (<a
 * href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html">AWS</a>). Only what is
 * named and tagged as temporary can be changed or deleted, and only copies that have Steward's name and tags: an
 * instance's tags, the mark among them, may be on all of its snapshots.
 */
final class DatabasePermissions {
    private static final String TEMPORARY_TAG = "steward:temporary";
    private static final String MANAGED_TAG = "steward:managed";
    private static final String TIME_TAG = "steward:snapshot-time";

    private DatabasePermissions() {}

    static Optional<List<Statement>> of(String action, JsonNode arguments, Installation installation) {
        Place place = installation.place();
        String all = place.instance("*");
        String temporary = place.instance(Place.TEMPORARY + "*");
        String snapshots = place.arn("rds", "snapshot:*");
        String copied = installation
                .source()
                .map(source -> source.arn("rds", "snapshot:steward-*"))
                .orElseGet(() -> place.arn("rds", "snapshot:rds:*"));
        String copies = place.arn("rds", "snapshot:steward-*");
        return Optional.ofNullable(
                switch (action) {
                    case "describeDBInstances" -> List.of(allow("rds:DescribeDBInstances", all));
                    case "describeDBSnapshots" -> List.of(allow("rds:DescribeDBSnapshots", all, snapshots));
                    case "listTagsForResource" -> List.of(allow("rds:ListTagsForResource", all, snapshots));
                    case "addTagsToResource" -> List.of(allow("rds:AddTagsToResource", temporary, snapshots));
                    case "copyDBSnapshot" ->
                        withKeys(
                                installation,
                                allow("rds:CopyDBSnapshot", copied, copies),
                                allow("rds:AddTagsToResource", copies));
                    case "deleteDBSnapshot" ->
                        List.of(allow("rds:DeleteDBSnapshot", copies)
                                .when("StringEquals", "aws:ResourceTag/" + MANAGED_TAG, "true")
                                .when("Null", "aws:ResourceTag/" + TIME_TAG, "false"));
                    case "restoreDBInstanceFromDBSnapshot" ->
                        withKeys(
                                installation,
                                restore("rds:RestoreDBInstanceFromDBSnapshot", place, temporary, snapshots),
                                lookAtTheNetwork(),
                                allow("rds:AddTagsToResource", temporary));
                    case "restoreDBInstanceToPointInTime" ->
                        withKeys(
                                installation,
                                restore("rds:RestoreDBInstanceToPointInTime", place, temporary, all),
                                lookAtTheNetwork(),
                                allow("rds:AddTagsToResource", temporary));
                    // A tag is asked for where it is: on the instance, not on the groups that it is given.
                    case "modifyDBInstance" -> {
                        List<Statement> statements = new ArrayList<>(List.of(
                                allow("rds:ModifyDBInstance", temporary)
                                        .when("Null", "aws:ResourceTag/" + TEMPORARY_TAG, "false"),
                                allow("rds:ModifyDBInstance", place.arn("rds", "pg:*"), place.arn("rds", "og:*"))));
                        if (arguments.has("ManageMasterUserPassword")) {
                            statements.addAll(managedPassword(place));
                        }
                        yield statements;
                    }
                    case "deleteDBInstance" ->
                        List.of(allow("rds:DeleteDBInstance", temporary)
                                .when("Null", "aws:ResourceTag/" + TEMPORARY_TAG, "false"));
                    default -> null;
                });
    }

    /**
     * RDS may look with the caller's rights at where an instance is to be: AWS's own example of a policy for restoring has
     * ec2:Describe* (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_rds_db-console.html). These
     * know no resources, and read only.
     */
    private static Statement lookAtTheNetwork() {
        return allow(
                List.of(
                        "ec2:DescribeAccountAttributes",
                        "ec2:DescribeAvailabilityZones",
                        "ec2:DescribeInternetGateways",
                        "ec2:DescribeSecurityGroups",
                        "ec2:DescribeSubnets",
                        "ec2:DescribeVpcAttribute",
                        "ec2:DescribeVpcs"),
                List.of("*"));
    }

    private static Statement restore(String action, Place place, String instances, String source) {
        return allow(
                List.of(action),
                List.of(
                        instances,
                        source,
                        place.arn("rds", "subgrp:*"),
                        place.arn("rds", "pg:*"),
                        place.arn("rds", "og:*")));
    }

    /**
     * RDS makes the secret, and looks at its key, with the caller's rights
     * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html). The key is AWS's own for Secrets
     * Manager, whose id nobody knows beforehand.
     */
    private static List<Statement> managedPassword(Place place) {
        return List.of(
                allow(
                        List.of("secretsmanager:CreateSecret", "secretsmanager:TagResource"),
                        List.of(place.arn("secretsmanager", "secret:rds!db-*"))),
                allow("kms:DescribeKey", place.arn("kms", "key/*"))
                        .when("StringEquals", "kms:ViaService", "rds.%s.amazonaws.com".formatted(place.region())));
    }

    /** RDS works with the caller's right to the storage's key. */
    private static List<Statement> withKeys(Installation installation, Statement... statements) {
        List<Statement> all = new ArrayList<>(List.of(statements));
        if (!installation.storageKeys().isEmpty()) {
            // A copy from another region is read there, with the key of the copy there.
            String[] services = Stream.concat(Stream.of(installation.place()), installation.source().stream())
                    .map(place -> "rds.%s.amazonaws.com".formatted(place.region()))
                    .toArray(String[]::new);
            all.add(allow(List.of("kms:CreateGrant", "kms:DescribeKey"), installation.storageKeys())
                    .when("StringEquals", "kms:ViaService", services));
        }
        return all;
    }
}
