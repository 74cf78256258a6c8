"""A client as integrators have it, with the platform's address in its code: a token, and the state of a task."""

import json
import sys
import urllib.request

PLATFORM = "https://www.xfyeta.com"


def post(path, body):
    request = urllib.request.Request(
        PLATFORM + path,
        json.dumps(body).encode(),
        {"Content-Type": "application/json;charset=UTF-8"},
    )
    with urllib.request.urlopen(request) as response:
        return response.read().decode()


answer = json.loads(post("/openapi/oauth/v1/token", {"app_key": sys.argv[1], "app_secret": sys.argv[2]}))
print(post("/openapi/outbound/v1/task/query?token=" + answer["result"]["token"], {}))
