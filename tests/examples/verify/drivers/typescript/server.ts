// Serve the application, its clock, tolerance and secrets set by each request.
import { orders, settings } from "./bun.ts";

Bun.serve({
  port: process.env.PORT,
  hostname: "127.0.0.1",
  fetch(request) {
    const given = (name: string) => request.headers.get("vector-" + name)!;
    settings.now = () => Number(given("now"));
    settings.toleranceMs = Number(given("tolerance")) * 1000;
    settings.secrets = given("secrets").split(",").map((secret) => Buffer.from(secret, "hex").toString());
    return orders(request);
  },
});
