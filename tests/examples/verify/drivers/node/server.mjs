// Serve one of the applications, its clock, tolerance and secrets set by each request.
import { createServer } from "node:http";

const { settings, server, app } = await import(process.argv[2]);

function setUp({ headers }) {
  settings.now = () => Number(headers["vector-now"]);
  settings.toleranceMs = Number(headers["vector-tolerance"]) * 1000;
  settings.secrets = headers["vector-secrets"].split(",").map((secret) => Buffer.from(secret, "hex"));
}

(server ?? createServer(app)).prependListener("request", setUp).listen(process.env.PORT, "127.0.0.1");
