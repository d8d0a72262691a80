"""Lets LocalStack keep functions where there is no Docker to run them in.

Without it, LocalStack takes no function at all there, and a stack with one is rolled back. Whoever invokes such a function
is told the reason.
"""

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin

REASON = "LocalStack runs functions in Docker containers only, and there is no Docker here"


class WithoutDocker(RuntimeExecutorPlugin):
    """Is chosen by LAMBDA_RUNTIME_EXECUTOR=without-docker."""

    name = "without-docker"

    def load(self, *args, **kwargs):
        # Modules of plugins are loaded before LocalStack's services can be.
        from localstack.services.lambda_.invocation.runtime_executor import (
            LambdaRuntimeException,
            RuntimeExecutor,
        )

        class NoExecutor(RuntimeExecutor):
            @classmethod
            def prepare_version(cls, function_version):
                function_version.config.code.prepare_for_execution()

            @classmethod
            def cleanup_version(cls, function_version):
                pass

            def start(self, env_vars):
                raise LambdaRuntimeException(REASON)

            def invoke(self, payload):
                raise LambdaRuntimeException(REASON)

            def stop(self):
                pass

            def get_address(self):
                return ""

            def get_endpoint_from_executor(self):
                return ""

            def get_runtime_endpoint(self):
                return ""

            def get_logs(self):
                return REASON

        return NoExecutor
