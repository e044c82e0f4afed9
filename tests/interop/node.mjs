// Signs and verifies with the libraries of npm: one request a line on stdin, one answer a line on stdout.

import * as crypto from "node:crypto";
import { createInterface } from "node:readline";

import { Webhook as AuthsignalWebhook } from "@authsignal/node";
import { verifyWebhook } from "@clerk/backend/webhooks";
import Mux from "@mux/mux-node";
import * as octokit from "@octokit/webhooks-methods";
import { Environment, Paddle } from "@paddle/paddle-node-sdk";
import * as sanity from "@sanity/webhook";
import bolt from "@slack/bolt";
import { WorkOS } from "@workos-inc/node";
import Retell from "retell-sdk";
import { symmetric as retell } from "retell-sdk/lib/webhook_auth.js";
import * as standard from "standardwebhooks";
import Stripe from "stripe";
import * as svix from "svix";

const mux = new Mux({ tokenId: "id", tokenSecret: "secret" });
const paddle = new Paddle("key", { environment: Environment.sandbox });
const { webhooks: workos, actions } = new WorkOS("key");
const { webhooks: stripe } = new Stripe("key");

const seconds = (at) => Math.floor(at / 1000);

// Standard Webhooks signs an id, and leaves the headers to the sender.
function standardWebhooks(Webhook, prefix) {
  return {
    sign(body, secret, at) {
      const id = "msg_1";
      return {
        [`${prefix}-id`]: id,
        [`${prefix}-timestamp`]: String(seconds(at)),
        [`${prefix}-signature`]: new Webhook(secret).sign(id, new Date(at), body),
      };
    },
    verify(body, secret, headers) {
      new Webhook(secret).verify(body, headers, { jsonParse: false });
    },
  };
}

const FIVE_MINUTES = 300_000;

const isRecent = (at) => Math.abs(Date.now() - at) <= FIVE_MINUTES;

// `v1a`, which no library has: Ed25519 by Node.js, which takes keys as DER, and around it what the specification says.
const v1a = {
  sign(body, secret, at) {
    const id = "msg_1";
    const timestamp = String(seconds(at));
    const seed = keyBytes(secret).subarray(0, 32);
    const key = crypto.createPrivateKey(der("pkcs8", "302e020100300506032b657004220420", seed));
    const signature = crypto.sign(null, Buffer.from(`${id}.${timestamp}.${body}`), key);
    return {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1a,${signature.toString("base64")}`,
    };
  },
  verify(body, secret, headers) {
    const timestamp = headers["webhook-timestamp"];
    const message = Buffer.from(`${headers["webhook-id"]}.${timestamp}.${body}`);
    const key = crypto.createPublicKey(der("spki", "302a300506032b6570032100", keyBytes(secret)));
    const isOurs = (signature) =>
      signature.startsWith("v1a,") &&
      crypto.verify(null, message, key, Buffer.from(signature.slice("v1a,".length), "base64"));
    return isRecent(timestamp * 1000) && headers["webhook-signature"].split(" ").some(isOurs);
  },
};

const keyBytes = (key) => Buffer.from(key.slice("whsk_".length), "base64");

const der = (type, head, bytes) => ({
  key: Buffer.concat([Buffer.from(head, "hex"), bytes]),
  format: "der",
  type,
});

// Courier has no library that verifies. This does what the code in its guide does: trycourier/courier-skills at 957d83a,
// skills/courier/references/guides/webhooks.md.
const courier = {
  sign(body, secret, at) {
    return { "courier-signature": `t=${at},signature=${this.hmac(body, secret, at).toString("hex")}` };
  },
  verify(body, secret, headers) {
    const parts = headers["courier-signature"].split(",").map((part) => part.split("="));
    const { t, signature } = Object.fromEntries(parts);
    const [expected, received] = [this.hmac(body, secret, t), Buffer.from(signature, "hex")];
    return (
      isRecent(t) && received.length === expected.length && crypto.timingSafeEqual(received, expected)
    );
  },
  hmac: (body, secret, t) => crypto.createHmac("sha256", secret).update(`${t}.${body}`).digest(),
};

// A library without `sign` has no function that signs. `verify` throws or returns false where it refuses.
const libraries = {
  "@authsignal/node": {
    verify(body, secret, headers) {
      new AuthsignalWebhook(secret).constructEvent(body, headers["x-signature-v2"]);
    },
  },
  "@clerk/backend": {
    async verify(body, secret, headers) {
      const request = new Request("https://example.com/webhooks", { method: "POST", headers, body });
      await verifyWebhook(request, { signingSecret: secret });
    },
  },
  "@mux/mux-node": {
    verify: (body, secret, headers) => mux.webhooks.verifySignature(body, headers, secret),
  },
  "@octokit/webhooks-methods": {
    async sign(body, secret) {
      return { "x-hub-signature-256": await octokit.sign(secret, body) };
    },
    verify: (body, secret, headers) => octokit.verify(secret, body, headers["x-hub-signature-256"]),
  },
  "@paddle/paddle-node-sdk": {
    verify: (body, secret, headers) =>
      paddle.webhooks.isSignatureValid(body, secret, headers["paddle-signature"]),
  },
  "@sanity/webhook": {
    async sign(body, secret, at) {
      return { [sanity.SIGNATURE_HEADER_NAME]: await sanity.encodeSignatureHeader(body, at, secret) };
    },
    verify: (body, secret, headers) => sanity.isValidRequest({ body, headers }, secret),
  },
  "@slack/bolt": {
    verify(body, secret, headers) {
      bolt.verifySlackRequest({
        signingSecret: secret,
        body,
        headers: {
          "x-slack-signature": headers["x-slack-signature"],
          "x-slack-request-timestamp": Number(headers["x-slack-request-timestamp"]),
        },
      });
    },
  },
  "@workos-inc/node": {
    async sign(body, secret, at) {
      return { "workos-signature": `t=${at}, v1=${await workos.computeSignature(at, body, secret)}` };
    },
    verify: (body, secret, headers) =>
      workos.verifyHeader({ payload: body, sigHeader: headers["workos-signature"], secret }),
  },
  "@workos-inc/node actions": {
    async sign(body, secret, at) {
      return { "workos-signature": `t=${at}, v1=${await actions.computeSignature(at, body, secret)}` };
    },
    async verify(body, secret, headers) {
      const sigHeader = headers["workos-signature"];
      const { id } = await actions.constructAction({ payload: body, sigHeader, secret });
      if (id !== JSON.parse(body).id) throw new Error("another action");
    },
    async answer(type, verdict, errorMessage, secret) {
      return JSON.stringify(await actions.signResponse({ type, verdict, errorMessage }, secret));
    },
  },
  crypto: v1a,
  "retell-sdk": {
    async sign(body, secret, at) {
      return { "x-retell-signature": await retell.sign(body, secret, at) };
    },
    verify: (body, secret, headers) => Retell.verify(body, secret, headers["x-retell-signature"]),
  },
  standardwebhooks: standardWebhooks(standard.Webhook, "webhook"),
  stripe: {
    sign(payload, secret, at) {
      const header = stripe.generateTestHeaderString({ payload, secret, timestamp: seconds(at) });
      return { "stripe-signature": header };
    },
    verify: (body, secret, headers) =>
      stripe.signature.verifyHeader(body, headers["stripe-signature"], secret, stripe.DEFAULT_TOLERANCE),
  },
  svix: standardWebhooks(svix.Webhook, "svix"),
  "trycourier/courier-skills": courier,
};

async function answer(request) {
  const library = libraries[request.library];
  if (request.do === "sign") {
    const headers = await library.sign?.(request.body, request.secret, request.at);
    return { headers: headers ? Object.entries(headers) : null };
  }
  if (request.do === "answer") {
    const { kind, verdict, message, secret } = request;
    return { body: await library.answer(kind, verdict, message, secret) };
  }
  try {
    const headers = Object.fromEntries(request.headers);
    const valid = await library.verify(request.body, request.secret, headers);
    return { verdict: valid === false ? "refused" : "accepted" };
  } catch (error) {
    // These come of a wrong call.
    if (error instanceof ReferenceError || error instanceof TypeError) throw error;
    return { verdict: error.message.split("\n")[0] };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
