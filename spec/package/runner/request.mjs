// Reads a request from a socket without normalizing it, so that repeated headers, unexpected bodies and
// chunked empty bodies remain visible.

import { lossy } from "./text.mjs";

/** The maximum size of the head, and of the body, in bytes. */
const MAX_SIZE = 1024 * 1024;
const MAX_HEADERS = 128;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const SHORT_BODY = "a request with a shorter body than announced";

/** A request as it was received. */
export class RawRequest {
  constructor(method, path, headers) {
    this.method = method;
    this.path = path;
    this.headers = headers;
    this.body = Buffer.alloc(0);
  }

  /** Returns the values of a header, in order. */
  values(name) {
    const wanted = name.toLowerCase();
    return this.headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
  }

  #has(name, expected) {
    return this.values(name).some((value) => value.toLowerCase() === expected);
  }

  get isChunked() {
    return this.#has("transfer-encoding", "chunked");
  }

  get waitsForContinue() {
    return this.#has("expect", "100-continue");
  }
}

/** Reads one request. Returns `null` if the client closed the connection without sending anything, and
 *  fails if the data is not a complete HTTP/1.1 request. */
export async function read(socket) {
  const input = new Input(socket);
  let found;
  while (!(found = head(input.bytes))) {
    if (!(await input.more())) {
      if (input.bytes.length === 0) return null;
      throw new Error("an incomplete request");
    }
  }
  const { request, length } = found;
  input.take(length);
  if (request.waitsForContinue) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
  request.body = request.isChunked ? await chunked(input) : await plain(input, request);
  return request;
}

/** The bytes that a socket has received and nobody has taken. */
class Input {
  constructor(socket) {
    this.bytes = Buffer.alloc(0);
    this.ended = false;
    this.wake = () => {};
    socket.on("data", (part) => {
      if (this.bytes.length <= MAX_SIZE) this.bytes = Buffer.concat([this.bytes, part]);
      this.wake();
    });
    const end = (error) => {
      this.error ??= error instanceof Error ? error : undefined;
      this.ended = true;
      this.wake();
    };
    for (const event of ["end", "error", "close"]) socket.once(event, end);
  }

  take(length) {
    const taken = this.bytes.subarray(0, length);
    this.bytes = this.bytes.subarray(length);
    return taken;
  }

  /** Waits for more bytes. Returns false at the end. */
  async more() {
    if (this.bytes.length > MAX_SIZE) throw new Error(`a request larger than ${MAX_SIZE} bytes`);
    const before = this.bytes.length;
    while (this.bytes.length === before && !this.ended) {
      await new Promise((resolve) => (this.wake = resolve));
    }
    if (this.error) throw new Error(`an incomplete request (${this.error.message})`);
    return this.bytes.length > before;
  }
}

async function plain(input, request) {
  const announced = request.values("content-length")[0] ?? "0";
  if (!/^\+?\d+$/.test(announced)) {
    throw new Error(`a request with Content-Length: ${announced}`);
  }
  const length = Number(announced);
  while (input.bytes.length < length) {
    if (!(await input.more())) throw new Error(SHORT_BODY);
  }
  return input.take(length);
}

/** Reads a chunked body and removes its framing. */
async function chunked(input) {
  const body = [];
  for (;;) {
    const end = input.bytes.indexOf("\r\n");
    if (end >= 0) {
      const line = input.bytes.subarray(0, end).toString("latin1");
      const digits = /^([0-9a-fA-F]{1,16})[ \t]*(;.*)?$/.exec(line);
      if (!digits) throw new Error("a request with an invalid chunk size");
      const size = Math.min(parseInt(digits[1], 16), MAX_SIZE);
      if (input.bytes.length >= end + 2 + size + 2) {
        input.take(end + 2);
        body.push(input.take(size));
        input.take(2);
        if (size === 0) return Buffer.concat(body);
        continue;
      }
    }
    if (!(await input.more())) throw new Error(SHORT_BODY);
  }
}

/** Parses the head and returns its length, or `null` if it is incomplete. */
function head(bytes) {
  const text = bytes.toString("latin1");
  const start = /^(\r?\n)*/.exec(text)[0].length;
  const end = /\r?\n\r?\n/.exec(text.slice(start));
  if (!end) {
    firstLine(text.slice(start), false);
    return null;
  }
  const length = start + end.index + end[0].length;
  const lines = text.slice(start, start + end.index).split(/\r?\n/);
  const [method, path] = firstLine(`${lines.shift()}\n`, true);
  if (lines.length > MAX_HEADERS) throw invalid("too many headers");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    if (colon < 0 || !TOKEN.test(line.slice(0, colon))) throw invalid("invalid header name");
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "");
    // eslint-disable-next-line no-control-regex
    if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) throw invalid("invalid header value");
    return [line.slice(0, colon), lossy(Buffer.from(value, "latin1"))];
  });
  return { request: new RawRequest(method, path, headers), length };
}

/** Parses the request line. If it is incomplete, what there is must be the start of one. */
function firstLine(text, isComplete) {
  const [method, path, version] = text.split(/[ \n]/, 3);
  if (method !== "" && !TOKEN.test(method)) throw invalid("invalid token");
  if (path !== undefined && /[\0-\x20\x7f]/.test(path)) throw invalid("invalid token");
  const isVersion = /^HTTP\/1\.[01]\r?$/.test(version ?? "");
  if (version !== undefined && !isVersion && (isComplete || text.includes("\n"))) {
    throw invalid("invalid HTTP version");
  }
  if (isComplete && (!method || !path || !isVersion)) throw invalid("invalid token");
  return [method, path];
}

const invalid = (problem) => new Error(`data that is not an HTTP/1.1 request (${problem})`);
