package steward.infra.permission;

import com.fasterxml.jackson.databind.JsonNode;

/** What a Task state calls: {@code aws-sdk:rds:describeDBInstances}, with these arguments. */
record Call(String state, String integration, JsonNode arguments) {}
