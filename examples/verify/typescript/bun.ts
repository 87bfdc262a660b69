// Receive HTTP tasks with TypeScript on Bun: `bun bun.ts`. Its `signed` runs on Deno and Node as it is.
//
// The raw-body trap: `request.text()` and `.json()` decode: a byte-order mark and what is not UTF-8 are
// lost. Take `arrayBuffer()`.
import { Database } from "bun:sqlite";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

type Settings = { secrets: string[]; toleranceMs: number; now: () => number };

export const settings: Settings = {
  secrets: [process.env.HOOK_SECRET, process.env.HOOK_SECRET_OLD].filter((one) => !!one) as string[], // newest first
  toleranceMs: 300_000,
  now: Date.now,
};
const db = new Database("orders.db");
db.run("CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY)");
db.run("CREATE TABLE IF NOT EXISTS orders (body BLOB)");

export async function orders(request: Request): Promise<Response> {
  const body = Buffer.from(await request.arrayBuffer());
  const header = request.headers.get("x-webhook-signature"); // two lines come joined, and are refused
  const digest = signed(body, header === null ? [] : [header], settings);
  if (digest === null) return new Response("refused", { status: 401 });
  handle.immediate(body, digest, request.headers.get("x-http-task-guid"));
  return new Response("done");
}

const handle = db.transaction((body: Buffer, digest: string, guid: string | null) => {
  if (firstTime(digest, guid)) db.run("INSERT INTO orders VALUES (?)", [body]);
}); // one transaction: both keys and the effect

/** Whether the message is new. Both keys are unique: the digest stops a request that is sent again as it
 *  was, under any GUID; the GUID stops a retry that was signed anew. A first attempt may come without a
 *  GUID: a key of your own inside the signed body is surer. */
function firstTime(digest: string, guid: string | null): boolean {
  const isNew = (key: string) => db.run("INSERT OR IGNORE INTO seen VALUES (?)", [key]).changes === 1;
  return isNew("signed " + digest) && (!guid || isNew("guid " + guid)); // one seen before binds no GUID
}

const ELEMENT = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=([!-+\--~]*)$/;

/** The digest of the signed bytes, or null: refuse the request with 401. `lines` are the values of all
 *  X-Webhook-Signature lines, `body` is a Buffer of the raw bytes. */
export function signed(body: Buffer, lines: string[], { secrets, toleranceMs, now }: Settings): string | null {
  if (lines.length !== 1 || lines[0].length > 4096) return null;
  const times: string[] = [], macs: string[] = [];
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

if (import.meta.main) {
  const port = process.env.PORT ?? 8080;
  Bun.serve({ port, maxRequestBodySize: 1_000_000, routes: { "/hooks/orders": { POST: orders } } });
}
