/**
 * AWS as far as Steward uses it: an HTTP endpoint for Step Functions, Secrets Manager, RDS, S3 and ECS that the SDKs
 * and the AWS CLI use unchanged. Signatures are not verified.
 */
@NullMarked
package steward.local.aws;

import org.jspecify.annotations.NullMarked;
