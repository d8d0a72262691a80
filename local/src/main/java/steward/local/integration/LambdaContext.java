package steward.local.integration;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import steward.local.asl.Time;

/** What a handler may ask about its invocation. */
record LambdaContext(LambdaFunction function, LambdaName called, String requestId, Instant deadline, Time time)
        implements Context {

    @Override
    public String getAwsRequestId() {
        return requestId;
    }

    @Override
    public String getLogGroupName() {
        return "/aws/lambda/" + function.name();
    }

    @Override
    public String getLogStreamName() {
        return "local";
    }

    @Override
    public String getFunctionName() {
        return function.name();
    }

    @Override
    public String getFunctionVersion() {
        return called.version();
    }

    @Override
    public String getInvokedFunctionArn() {
        return called.qualifier().isEmpty() ? function.arn() : function.arn() + ":" + called.qualifier();
    }

    @Override
    public @Nullable CognitoIdentity getIdentity() {
        return null;
    }

    @Override
    public @Nullable ClientContext getClientContext() {
        return null;
    }

    @Override
    public int getRemainingTimeInMillis() {
        return Math.toIntExact(
                Math.max(0, Duration.between(time.now(), deadline).toMillis()));
    }

    @Override
    public int getMemoryLimitInMB() {
        return 512;
    }

    @Override
    public LambdaLogger getLogger() {
        return new SystemLog(System.getLogger("steward.local.lambda." + function.name()));
    }

    private record SystemLog(System.Logger logger) implements LambdaLogger {
        @Override
        public void log(String message) {
            logger.log(System.Logger.Level.INFO, message);
        }

        @Override
        public void log(byte[] message) {
            log(new String(message, StandardCharsets.UTF_8));
        }
    }
}
