"""A yeta-sim for one test: a universe inside the one that runs at YETA_SIM_URL, over HTTP alone."""

import json
import os
import urllib.request

URL = os.environ.get("YETA_SIM_URL", "http://127.0.0.1:8720")
MODULES = ("receiveCallRecord", "receiveDialog", "receiveVoice")


def ask(method, path, fields=None):
    data = None if fields is None else json.dumps(fields).encode()
    request = urllib.request.Request(f"{URL}/_sim{path}", data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


class Universe:
    def __init__(self, name, seed=7):
        made = ask("POST", "/universes", {"name": name, "seed": seed, "clock": "manual"})
        self._path = f"/universes/{made['id']}"
        self.business_id = made["businessId"]
        self.access = {"url": URL, "app_key": made["appKey"], "app_secret": made["appSecret"]}

    def push_to(self, address):
        urls = [{"module": module, "url": f"{address}/{module}"} for module in MODULES]
        ask("PUT", f"{self._path}/urls", {"businessId": self.business_id, "urls": urls})

    def advance(self, **target):
        """by="10m", to="2026-01-06T09:00:00+08:00" or until="idle"; all that is due by then has happened."""
        return ask("POST", f"{self._path}/clock/advance", target)

    def list(self, what):
        """"calls", "pushes", "findings" …"""
        return ask("GET", f"{self._path}/{what}")["items"]

    def end(self):
        ask("DELETE", self._path)
