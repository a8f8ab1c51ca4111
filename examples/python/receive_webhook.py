#!/usr/bin/env python3
"""Receives webhooks: verifies the signature, acts once, answers quickly.

    SECRET=… receive_webhook.py [--port 9000] [--ledger acted.db]
"""

import argparse
import http.server
import json
import os

from act import Ledger
from webhook_signature import Refused, verify

MAX_BODY = 2 << 20  # bytes; nothing larger is sent


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        if length > MAX_BODY:
            return self.answer(413, "too large")
        body = self.rfile.read(length)
        try:
            verify(self.server.secret, self.headers, body)
        except Refused as reason:
            return self.answer(400, str(reason))
        # A trigger that has been seen is a success as well, or it would be sent again.
        result = Ledger(self.server.ledger).act(json.loads(body))
        print(result, self.headers["webhook-id"], flush=True)
        self.answer(200, result)

    def answer(self, status, text):
        data = text.encode()
        self.send_response(status)
        self.send_header("content-type", "text/plain; charset=utf-8")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--ledger", default="acted.db")
    arguments = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", arguments.port), Receiver)
    server.secret, server.ledger = os.environ["SECRET"], arguments.ledger
    print(f"listening on http://127.0.0.1:{server.server_address[1]}/", flush=True)
    server.serve_forever()
