"""Keeps what the platform pushes: POST /yeta/<module> is what it is given as the address."""

import json
import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# A call is told of by up to four pushes, in any order, and each of them may come again: so each writes what it knows
# into the one row of its call, and leaves the rest of the row as it is.
SCHEMA = """
    CREATE TABLE IF NOT EXISTS call(
        call_uuid TEXT PRIMARY KEY, task_data_id TEXT, result TEXT, talked INTEGER, dialog TEXT, recording TEXT
    )"""
MERGE = """
    INSERT INTO call VALUES(:call_uuid, :task_data_id, :task_result, :duration_call, :dialog, :url)
    ON CONFLICT(call_uuid) DO UPDATE SET
        task_data_id = coalesce(excluded.task_data_id, task_data_id),
        result = coalesce(excluded.result, result),
        talked = coalesce(excluded.talked, talked),
        dialog = coalesce(excluded.dialog, dialog),
        recording = coalesce(excluded.recording, recording)"""
KEYS = ("call_uuid", "task_data_id", "task_result", "duration_call", "dialog", "url")


class CallStore:
    def __init__(self, file):
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, check_same_thread=False)
        self._database.row_factory = sqlite3.Row
        self._database.execute(SCHEMA)

    def keep(self, push):
        values = {key: push.get(key) for key in KEYS}
        if values["dialog"] is not None:
            values["dialog"] = json.dumps(values["dialog"], ensure_ascii=False)
        with self._lock, self._database:
            self._database.execute(MERGE, values)

    def call_of(self, task_data_id):
        with self._lock:
            found = self._database.execute("SELECT * FROM call WHERE task_data_id = ?", (task_data_id,))
            return dict(found.fetchone() or {})

    def close(self):
        self._database.close()


def start_receiver(store, port=0):
    """Listens in a thread of its own. Returns the server, whose server_port says where."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            store.keep(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            # Kept, and nothing else: the answer has to be there within 3 seconds, and needs the word success.
            answer = b'{"code":0,"message":"success"}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
