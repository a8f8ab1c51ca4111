"""Verifies that a request was sent by Sojourn: HMAC-SHA256 over ID.TIMESTAMP.BODY, as the Standard Webhooks
specification has it (https://www.standardwebhooks.com). Any library for that specification does the same."""

import base64
import hashlib
import hmac
import time

TOLERANCE = 300  # seconds that a request may be old, or early: what is older may be a replay


class Refused(Exception):
    """The request is not to be trusted; answer it with 400."""


def key_of(secret: str) -> bytes:
    """The key in a secret: base64 behind whsec_, or the text's bytes."""
    return base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()


def verify(secret: str, headers, body: bytes, now: float | None = None) -> str:
    """Returns the action's id, by which repeated deliveries are told. `headers` has a method `get`."""
    identifier = headers.get("webhook-id") or ""
    timestamp = headers.get("webhook-timestamp") or ""
    if not identifier or not timestamp.isdecimal():
        raise Refused("no webhook-id or no webhook-timestamp")
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE:
        raise Refused("the timestamp is too far from now")
    # The bytes as they came: JSON that was read and written again is other bytes.
    signed = f"{identifier}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()
    # Two signatures while a secret is replaced: one that fits is enough. Compared in constant time.
    for signature in (headers.get("webhook-signature") or "").split():
        version, _, value = signature.partition(",")
        if version == "v1" and hmac.compare_digest(value, expected):
            return identifier
    raise Refused("no signature fits")
