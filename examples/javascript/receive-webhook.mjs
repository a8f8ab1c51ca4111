#!/usr/bin/env node
// Receives webhooks: verifies the signature, acts once, answers quickly. Node 18 or newer, no packages.
//
//   SECRET=… node receive-webhook.mjs [PORT]
import { createServer } from "node:http";
import { Refused, verify } from "./webhook-signature.mjs";

/** Bytes; nothing larger is sent. */
const MAX_BODY = 2 << 20;
const secret = process.env.SECRET;
if (!secret) throw new Error("SECRET is not set");

// In production a table with a unique key, written in the transaction of the effect itself: memory forgets.
const acted = new Set();

function act(event) {
  if (event.eventType !== "WebActionEvent") return "other";
  const { action, expiresAt } = event.webActionEvent;
  if (action.state !== "offered") return "other";
  if (acted.has(action.id)) return "repeated";
  if (Date.now() > Date.parse(expiresAt)) return "late";
  acted.add(action.id);
  // What is to be done goes here.
  return "acted";
}

async function read(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MAX_BODY) throw new Refused("too large");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const server = createServer(async (request, response) => {
  try {
    const body = await read(request);
    const id = verify(secret, request.headers, body);
    // A trigger that has been seen is a success as well, or it would be sent again.
    const result = act(JSON.parse(body.toString("utf8")));
    console.log(result, id);
    response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(result);
  } catch (error) {
    const status = error instanceof Refused || error instanceof SyntaxError ? 400 : 500;
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(String(error.message));
  }
});
server.listen(Number(process.argv[2] ?? 9000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/`);
});
