// `run.mjs DIRECTORY WRANGLER_TOML`: runs the worker in the runtime of Cloudflare Workers, on loopback, and fails unless each
// request is answered as it should be and the reason logged.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createInterface } from "node:readline";

import { Miniflare } from "miniflare";

const [directory, wranglerToml] = process.argv.slice(2);
const [, compatibilityDate] = /^compatibility_date = "(.*)"$/m.exec(readFileSync(wranglerToml, "utf8"));

const SECRET = "a secret";
const EVENT = '{"id":"event_1","event":"robot.created","data":{},"created_at":"2026-01-02T03:04:05Z"}';
const LIMIT = 1024 * 1024;

const handled = [200, "", /^robot\.created event_1$/];
const refused = (reason) => [401, "unauthorized", reason];
const mismatch = refused(/no signature matches the body$/);
const tooLarge = [413, "body too large", /body is larger than the limit$/];

const padded = (length) => EVENT + " ".repeat(length - EVENT.length);
const genuine = (body, length) => ({ body, length, signatures: [sign(body)] });

const cases = [
  ["genuine", genuine(EVENT), handled],
  ["genuine, in chunks", genuine(EVENT, false), handled],
  ["genuine, of the largest size", genuine(padded(LIMIT)), handled],
  ["too large", genuine(padded(LIMIT + 1)), tooLarge],
  ["too large, in chunks", genuine(padded(LIMIT + 1), false), tooLarge],
  ["forged", { body: EVENT, signatures: [sign(EVENT, { secret: "another" })] }, mismatch],
  ["changed", { body: `${EVENT} `, signatures: [sign(EVENT)] }, mismatch],
  ["late", { body: EVENT, signatures: [sign(EVENT, { age: 240 })] }, refused(/signed too long ago: 24\d(\.\d+)?s$/)],
  ["early", { body: EVENT, signatures: [sign(EVENT, { age: -240 })] }, refused(/signed too far in the future: 2[34]\d(\.\d+)?s$/)],
  ["unsigned", { body: EVENT, signatures: [] }, refused(/no signature header$/)],
  // The runtime joins the values of a header.
  ["signed twice", { body: EVENT, signatures: [sign(EVENT), sign(EVENT)] }, refused(/more than one timestamp$/)],
  ["not ASCII", { body: EVENT, signatures: [`${sign(EVENT)}, x=\xe9`] }, refused(/signature header is not ASCII$/)],
  ["without a body", { method: "GET", signatures: [sign("")] }, [500, "internal server error", /body is not JSON/]],
  ["undecodable", genuine("hello"), [500, "internal server error", /body is not JSON at line 1 column 1$/]],
];

const logged = [];
const miniflare = new Miniflare({
  modules: true,
  modulesRoot: directory,
  scriptPath: `${directory}/entry.mjs`,
  modulesRules: [
    { type: "ESModule", include: ["**/*.js"] },
    { type: "CompiledWasm", include: ["**/*.wasm"] },
  ],
  compatibilityDate,
  bindings: { WORKOS_WEBHOOK_SECRET: SECRET },
  host: "127.0.0.1",
  handleRuntimeStdio: (...streams) =>
    streams.forEach((stream) => createInterface({ input: stream }).on("line", (line) => logged.push(line))),
});

try {
  const url = await miniflare.ready;
  for (const [name, request, [status, text, line]] of cases) {
    logged.length = 0;
    assert.deepEqual(await send(url, request), { status, text }, name);
    await until(() => logged.length > 0, `${name}: nothing is logged`);
    assert.equal(logged.length, 1, `${name}: ${logged}`);
    assert.match(logged[0], line, name);
  }
} finally {
  await miniflare.dispose();
}
console.log(`${cases.length} passed, 0 failed`);

function sign(body, { age = 0, secret = SECRET } = {}) {
  const time = Date.now() - age * 1000;
  const mac = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex");
  return `t=${time}, v1=${mac}`;
}

// Without a length, the body goes in chunks.
async function send(url, { method = "POST", body = "", length = true, signatures }) {
  const request = http.request(url, { method, agent: false });
  if (signatures.length > 0) request.setHeader("workos-signature", signatures);
  if (method === "POST" && length) request.setHeader("content-length", body.length);
  request.end(body);
  const [response] = await once(request, "response");
  const chunks = await response.toArray();
  return { status: response.statusCode, text: Buffer.concat(chunks).toString() };
}

async function until(condition, message) {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 500, message);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
