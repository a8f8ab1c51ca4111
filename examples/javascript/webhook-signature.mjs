// Verifies that a request was sent by Sojourn: HMAC-SHA256 over ID.TIMESTAMP.BODY, as the Standard Webhooks specification
// has it (https://www.standardwebhooks.com). Any library for that specification does the same.
import { createHmac, timingSafeEqual } from "node:crypto";

/** Seconds that a request may be old, or early: what is older may be a replay. */
const TOLERANCE = 300;

/** The request is not to be trusted; answer it with 400. */
export class Refused extends Error {}

/** The key in a secret: base64 behind whsec_, or the text's bytes. */
const keyOf = (secret) =>
  secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : Buffer.from(secret, "utf8");

/**
 * Returns the action's id, by which repeated deliveries are told.
 * `headers` is an object with names in lower case, `body` a Buffer with the bytes as they came.
 */
export function verify(secret, headers, body, now = Date.now() / 1000) {
  const id = headers["webhook-id"] ?? "";
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (!id || !/^[0-9]+$/.test(timestamp)) throw new Refused("no webhook-id or no webhook-timestamp");
  if (Math.abs(now - Number(timestamp)) > TOLERANCE) throw new Refused("the timestamp is too far from now");
  const expected = createHmac("sha256", keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest();
  // Two signatures while a secret is replaced: one that fits is enough. Compared in constant time.
  for (const signature of (headers["webhook-signature"] ?? "").split(" ")) {
    const [version, value] = signature.split(",", 2);
    const given = Buffer.from(value ?? "", "base64");
    if (version === "v1" && given.length === expected.length && timingSafeEqual(given, expected)) return id;
  }
  throw new Refused("no signature fits");
}
