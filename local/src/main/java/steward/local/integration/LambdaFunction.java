package steward.local.integration;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.time.Duration;

/**
 * A deployed Lambda function.
 *
 * @param name without account, region, qualifier
 * @param handler the entry point; concurrent invocations share it, whereas in AWS each has an instance of its own
 * @param timeout after which an invocation is given up
 */
public record LambdaFunction(String name, RequestStreamHandler handler, Duration timeout) {

    String arn() {
        return "arn:aws:lambda:us-east-1:000000000000:function:" + name;
    }
}
