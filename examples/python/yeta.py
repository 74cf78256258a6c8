"""The few calls of the platform that this service needs."""

import json
import time
import urllib.request

MOST_ROWS = 50  # more in one request are refused (200213)
TOKEN_EXPIRED = 10001
MARGIN_S = 60  # a token is not used in its last minute: the request may take a while


class YetaError(Exception):
    pass


class YetaClient:
    def __init__(self, url, app_key, app_secret):
        self._url = url
        self._credentials = {"app_key": app_key, "app_secret": app_secret}
        self._token = ""
        self._expires_at = 0.0

    def call_out(self, customers):
        """Submits (phone, name) pairs. Returns the platform's ids of them, in the same order."""
        ids = []
        for first in range(0, len(customers), MOST_ROWS):
            result = self._call("/openapi/outbound/v1/task/callout", {
                "line_num": "69101338",
                "robot_id": "719",
                "call_column": ["客户手机号码", "姓名"],
                "call_list": [list(customer) for customer in customers[first:first + MOST_ROWS]],
            })
            ids += [str(task_data_id) for task_data_id in result["task_data_ids"]]
        return ids

    def _call(self, path, fields):
        if time.monotonic() > self._expires_at:
            self._renew_token()
        answer = self._post(f"{path}?token={self._token}", fields)
        if answer["code"] == TOKEN_EXPIRED:
            self._renew_token()
            answer = self._post(f"{path}?token={self._token}", fields)
        if answer["code"] != 0:  # would be the same the next time: it is for a person
            raise YetaError(f"{path}: {answer['code']} {answer['message']}")
        return answer["result"]

    def _renew_token(self):
        """One token serves for an hour; asking for one before each call is a habit that hurts."""
        answer = self._post("/openapi/oauth/v1/token", self._credentials)
        if answer["code"] != 0:
            raise YetaError(f"no token: {answer['code']} {answer['message']}")
        self._token = answer["result"]["token"]
        self._expires_at = time.monotonic() + answer["result"]["time_expire"] - MARGIN_S

    def _post(self, path, fields):
        request = urllib.request.Request(
            self._url + path,
            data=json.dumps(fields).encode(),
            headers={"Content-Type": "application/json;charset=UTF-8"},
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)
