// Receive HTTP tasks with Node alone (18.3 or newer): `node http.mjs`.
//
// The raw-body trap: `body += chunk` decodes each chunk, and breaks what is not UTF-8 or was cut within
// a character. Keep the Buffers. `request.headers` joins a header that came twice: ask headersDistinct.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

export const settings = {
  secrets: [process.env.HOOK_SECRET, process.env.HOOK_SECRET_OLD].filter(Boolean), // newest first
  toleranceMs: 300_000,
  now: Date.now,
};

export const server = createServer(async (request, response) => {
  const answer = (status, text) => response.writeHead(status).end(text);
  if (request.method !== "POST" || request.url.split("?")[0] !== "/hooks/orders") return answer(404, "");
  const chunks = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      if ((size += chunk.length) > 1_000_000) return answer(413, "too large");
      chunks.push(chunk);
    }
  } catch {
    return; // the connection ended before the body was whole
  }
  const body = Buffer.concat(chunks);
  const digest = signed(body, request.headersDistinct["x-webhook-signature"] ?? [], settings);
  if (digest === null) return answer(401, "refused");
  // A retry is harmless once both keys are unique, in one transaction with the effect:
  //   CREATE TABLE seen (key TEXT PRIMARY KEY)
  //   1. insert "signed " + digest: there already? commit, answer 200: a request sent again, under any GUID
  //   2. insert "guid " + X-Http-Task-Guid, if it came: there already? the same: a retry, signed anew
  //   3. the effect
  // A first attempt may come without a GUID: a key of your own inside the signed body is surer.
  answer(200, "done");
});

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

if (import.meta.url === pathToFileURL(process.argv[1]).href) server.listen(process.env.PORT ?? 8080);
