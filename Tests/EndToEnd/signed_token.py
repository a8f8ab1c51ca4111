"""An identity provider with one RSA key: `KEY KID` prints its set of public keys, `KEY KID PERMISSION` a token."""
import base64
import json
import subprocess
import sys
import time


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, stdout=subprocess.PIPE, check=True).stdout


def text(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def part(value):
    return text(json.dumps(value).encode())


key, name = sys.argv[1:3]
if len(sys.argv) == 3:
    modulus = openssl("rsa", "-in", key, "-noout", "-modulus").decode().strip().partition("=")[2]
    public = {"kty": "RSA", "kid": name, "alg": "RS256", "n": text(bytes.fromhex(modulus)), "e": "AQAB"}
    print(json.dumps({"keys": [public]}))
else:
    now = int(time.time())
    claims = {"iss": "provider", "aud": "sojourn", "sub": "pipeline", "exp": now + 300, "permissions": [sys.argv[3]]}
    signed = part({"alg": "RS256", "kid": name}) + "." + part(claims)
    print(signed + "." + text(openssl("dgst", "-sha256", "-sign", key, data=signed.encode())))
