// Receive HTTP tasks with Express: `npm install express`, then `node express.mjs`.
//
// The raw-body trap: a parser that is mounted before the route (`app.use(express.json())`) takes the body,
// and JSON.stringify(request.body) is not what was signed. Give the route `express.raw` of its own, first;
// `type: "*/*"` would miss a request without Content-Type.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { pathToFileURL } from "node:url";
import express from "express";

export const settings = {
  secrets: [process.env.HOOK_SECRET, process.env.HOOK_SECRET_OLD].filter(Boolean), // newest first
  toleranceMs: 300_000,
  now: Date.now,
};

export const app = express();
const raw = express.raw({ type: () => true, inflate: false, limit: 1_000_000 });

app.post("/hooks/orders", raw, (request, response) => {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0); // none at all: no Buffer
  const digest = signed(body, request.headersDistinct["x-webhook-signature"] ?? [], settings);
  if (digest === null) return response.status(401).send("refused");
  // A retry is harmless once both keys are unique, in one transaction with the effect:
  //   CREATE TABLE seen (key TEXT PRIMARY KEY)
  //   1. insert "signed " + digest: there already? commit, answer 200: a request sent again, under any GUID
  //   2. insert "guid " + X-Http-Task-Guid, if it came: there already? the same: a retry, signed anew
  //   3. the effect
  // A first attempt may come without a GUID: a key of your own inside the signed body is surer.
  response.send("done");
});
app.use(express.json()); // for the routes after it

const ELEMENT = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([!-+\--~]*)$/;

/** The digest of the signed bytes, or null: refuse the request with 401. `lines` are the values of all
 *  X-Webhook-Signature lines, `body` is a Buffer of the raw bytes. */
export function signed(body, lines, { secrets, toleranceMs, now }) {
  if (lines.length !== 1 || lines[0].length > 4096) return null;
  const times = [], macs = [];
  for (const [number, text] of lines[0].split(",").entries()) {
    const element = ELEMENT.exec(number > 0 ? text.replace(/^ +/, "") : text);
    if (!element) return null;
    if (element[1] === "t") times.push(element[2]);
    if (element[1] === "sha256") macs.push(element[2]);
  }
  if (times.length !== 1 || macs.length < 1 || macs.length > 5) return null;
  if (!/^(0|[1-9][0-9]{0,14})$/.test(times[0]) || Number(times[0]) > 253402300799999) return null;
  if (!macs.every((mac) => /^[0-9a-f]{64}$/.test(mac))) return null;
  const message = Buffer.concat([Buffer.from(times[0] + "."), body]);
  const expected = secrets.map((secret) => createHmac("sha256", secret).update(message).digest());
  const fits = macs.flatMap((mac) => expected.map((good) => timingSafeEqual(Buffer.from(mac, "hex"), good)));
  if (!fits.includes(true)) return null;
  const timeMs = Number(times[0]) * (Number(times[0]) >= 100_000_000_000 ? 1 : 1000);
  if (Math.abs(now() - timeMs) > toleranceMs) return null;
  return createHash("sha256").update("http-task\n").update(message).digest("hex");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) app.listen(process.env.PORT ?? 8080);
