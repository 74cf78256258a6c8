#!/bin/sh
# A client as integrators have it, with the platform's address in its code: a token, and the state of a task.
set -eu
platform=https://www.xfyeta.com
post() { curl -sS --fail "$platform$1" -H 'Content-Type: application/json;charset=UTF-8' -d "$2"; }

token=$(post /openapi/oauth/v1/token "{\"app_key\":\"$1\",\"app_secret\":\"$2\"}" | sed 's/.*"token":"\([^"]*\)".*/\1/')
post "/openapi/outbound/v1/task/query?token=$token" '{}'
