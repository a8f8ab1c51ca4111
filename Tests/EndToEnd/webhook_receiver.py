"""A receiver of webhooks that fails now and then, and remembers all it was sent.

webhook_receiver.py SECRET OUTPUT: listens on a free port of loopback, prints it, and appends a line of JSON to OUTPUT for
each request that it answers with success. SECRET is verified with the code of examples/python.
"""

import http.server
import json
import pathlib
import random
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples" / "python"))
from webhook_signature import Refused, verify  # noqa: E402

secret, output = sys.argv[1], open(sys.argv[2], "a", buffering=1)
draw, lock = random.Random(5), threading.Lock()


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if len(body) < int(self.headers["content-length"]):
            return  # whoever sent it was killed
        try:
            verify(secret, self.headers, body)
        except Refused as reason:
            with lock:
                output.write(json.dumps({"refused": str(reason)}) + "\n")
            return self.answer(400, str(reason))
        with lock:
            fate = draw.random()
        if fate < 0.05:
            return self.answer(503, "not now")
        if fate < 0.07:
            return self.answer(429, "slowly", {"retry-after": "0"})
        event = json.loads(body)
        with lock:
            output.write(
                json.dumps(
                    {
                        "id": self.headers["webhook-id"],
                        "body": event["webActionEvent"]["action"]["id"],
                        "session": event["session"]["id"],
                        "event": event["id"],
                        "attempt": int(self.headers["sojourn-attempt"]),
                        "test": self.headers.get("sojourn-test"),
                    }
                )
                + "\n"
            )
        if fate < 0.09:
            # It has it, and nobody learns of that: it comes again.
            self.close_connection = True
            return
        self.answer(200, "")

    def answer(self, status, text, headers={}):
        data = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass  # whoever sent it was killed


server = Server(("127.0.0.1", 0), Receiver)
print(server.server_address[1], flush=True)
server.serve_forever()
