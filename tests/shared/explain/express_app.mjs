// What Express hands on of a request, in four ways: the body on standard output of each request's answer.
import express from "express";

const app = express();
app.post("/raw", express.raw({ type: () => true, inflate: false }), (request, response) =>
  response.send(request.body));
app.post("/json", express.json({ strict: false }), (request, response) =>
  response.send(Buffer.from(JSON.stringify(request.body))));
app.post("/pretty", express.json(), (request, response) =>
  response.send(Buffer.from(JSON.stringify(request.body, null, 2))));
app.post("/form", express.urlencoded({ extended: false }), (request, response) =>
  response.send(Buffer.from(JSON.stringify(request.body))));
app.post("/parsed-first", express.json(), express.raw({ type: () => true }), (request, response) =>
  response.send(Buffer.from(Buffer.isBuffer(request.body) ? request.body : String(request.body))));
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
