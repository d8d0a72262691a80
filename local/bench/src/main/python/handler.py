"""The same as NaiveHandler in Python, and the loop that Lambda's runtime for Python has around it."""

import http.client
import json
import os

import boto3
import psycopg2

secrets = boto3.client("secretsmanager")


def handle(event):
    secret = json.loads(secrets.get_secret_value(SecretId=event["secret"])["SecretString"])
    connection = psycopg2.connect(
        host=event["host"],
        port=event["port"],
        dbname="postgres",
        user=secret["username"],
        password=secret["password"],
        sslmode="verify-full",
        sslrootcert=os.environ["STEWARD_ROOT_CERTIFICATES"],
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return {"bytes": cursor.fetchone()[0]}
    finally:
        connection.close()


def main():
    runtime = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    root = "/2018-06-01/runtime/invocation/"
    while True:
        runtime.request("GET", root + "next")
        response = runtime.getresponse()
        event = json.loads(response.read())
        request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
        try:
            path, answer = "/response", handle(event)
        except Exception as failure:
            path, answer = "/error", {"errorType": type(failure).__name__, "errorMessage": str(failure)}
        runtime.request("POST", root + request_id + path, json.dumps(answer))
        runtime.getresponse().read()


main()
