// Plays the replies of one scenario on a port of this machine, and records the requests.
//
// Each connection serves one request and is then closed. So the effect of a fault on the next request
// does not depend on the client's connection pool.

import { once } from "node:events";
import { connect, createServer } from "node:net";

import { read } from "./request.mjs";

const HOST = "127.0.0.1";

/** A server that plays the replies of one scenario until it is closed. */
export class ScenarioServer {
  /** Starts on a free port. Without `listening` the port is only reserved. */
  static async start(replies, listening) {
    const server = new ScenarioServer();
    server.replies = replies;
    /** For each connection: the request (or `problem`), `at` and `answered` in milliseconds. */
    server.received = [];
    server.completed = 0;
    server.waiting = [];
    server.sockets = new Set();
    server.listener = createServer({ allowHalfOpen: true }, (socket) => {
      server.#keep(socket);
      server.#serve(socket).catch(() => socket.destroy());
    });
    server.listener.listen(0, HOST);
    await once(server.listener, "listening");
    let { port } = server.listener.address();
    if (!listening) port = await server.#reserve(port);
    server.url = `http://${HOST}:${port}`;
    return server;
  }

  /** Occupies a port without a listener: it is that of the client's side of a connection. */
  async #reserve(listener) {
    this.listener.removeAllListeners("connection");
    this.listener.on("connection", (socket) => this.#keep(socket));
    const reserved = connect({ port: listener, host: HOST });
    this.#keep(reserved);
    await once(reserved, "connect");
    return reserved.localPort;
  }

  #keep(socket) {
    this.sockets.add(socket);
    // A client may close or reset a connection at any time.
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
  }

  /** Waits until this number of replies is complete. */
  async waitForReplies(count) {
    while (this.completed < count) await new Promise((resolve) => this.waiting.push(resolve));
  }

  close() {
    this.listener.close();
    for (const socket of this.sockets) socket.destroy();
  }

  #record(request, problem) {
    this.received.push({ request, problem, at: performance.now() });
    return this.received.length - 1;
  }

  #finished(number) {
    this.received[number].answered = performance.now();
    this.completed += 1;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  async #serve(socket) {
    if (this.replies[this.received.length]?.fault === "reset-before-reading") {
      const number = this.#record();
      // Wait for data: an earlier reset could make the client's connect fail instead.
      await Promise.race([once(socket, "readable"), once(socket, "close")]);
      socket.resetAndDestroy();
      this.#finished(number);
      return;
    }
    let request;
    let problem;
    try {
      request = await read(socket);
      if (request === null) return void socket.destroy();
    } catch (error) {
      problem = error.message;
    }
    const number = this.#record(request, problem);
    const reply = this.replies[number];
    if (!reply) return void socket.destroy();
    await this.#answer(socket, reply, number);
  }

  async #answer(socket, reply, number) {
    await sent(socket, reply.wire(this.url));
    if (reply.fault === "reset") {
      socket.resetAndDestroy();
    } else if (reply.fault !== "stall") {
      await new Promise((resolve) => {
        socket.once("close", resolve);
        socket.end(resolve);
      });
    }
    this.#finished(number);
    if (reply.fault === "close") socket.destroy();
    // Closing while the client still sends could discard the response.
    socket.once("end", () => socket.destroy());
    if (socket.readableEnded) socket.destroy();
  }
}

/** Writes bytes. The client may have closed the connection, which is not a failure of the server. */
const sent = (socket, bytes) =>
  new Promise((resolve) => {
    if (bytes.length === 0) resolve();
    else socket.write(bytes, () => resolve());
  });
