// The server's reply to one request: the bytes of a response, or a fault.

import { readFileSync } from "node:fs";
import { STATUS_CODES } from "node:http";
import { join } from "node:path";

import { JsonReader } from "../json/reader.mjs";
import { write } from "../json/write.mjs";
import { jsonText, lossy } from "../text.mjs";
import { expand } from "./repeat.mjs";

const BODIES = ["body", "bodyFile", "bodyText", "bodyBase64"];
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export class Reply {
  /** Loads the body of a reply. `folder` is where `bodyFile` starts. */
  constructor(members, folder) {
    check(members);
    this.status = members.status;
    this.headers = members.headers ?? new Map();
    this.raw = members.raw;
    this.fault = members.fault;
    /** The whole body, even if a fault truncates it. */
    this.body = load(members, folder);
    /** How many bytes of the body are sent. */
    this.sent = members.faultAfterBytes ?? this.body.length;
    if (this.sent > this.body.length) {
      throw new Error(
        `faultAfterBytes is ${this.sent}, but the body has only ${this.body.length} bytes`,
      );
    }
  }

  /** Returns the bytes to send, truncated where the fault occurs. */
  wire(url) {
    if (this.status === undefined) return Buffer.from(this.raw ?? "");
    const headers = [...this.headers]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => [name, value.replaceAll("{url}", url)]);
    const has = (name) => headers.some(([key]) => key.toLowerCase() === name);
    if (!has("content-length") && !has("transfer-encoding") && this.status !== 204) {
      headers.push(["Content-Length", String(this.body.length)]);
    }
    if (!has("connection")) headers.push(["Connection", "close"]);
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `HTTP/1.1 ${this.status} ${STATUS_CODES[this.status] ?? "Unknown"}\r\n`;
    const bytes = Buffer.from(`${head}${lines.join("")}\r\n`);
    return Buffer.concat([bytes, this.body.subarray(0, this.sent)]);
  }

  /** Returns the whole body as JSON, or null if it is not JSON. */
  json() {
    const marked = this.body.subarray(0, 3).equals(BYTE_ORDER_MARK);
    const reader = new JsonReader(jsonText(marked ? this.body.subarray(3) : this.body));
    try {
      const value = reader.value();
      reader.end();
      return value;
    } catch {
      return null;
    }
  }

  /** Returns the whole body as text. */
  text() {
    return lossy(this.body);
  }
}

function check({ status, raw, fault, ...members }) {
  const bodies = BODIES.filter((name) => members[name] !== undefined);
  if (bodies.length > 1) throw new Error(`sets ${bodies.join(" and ")}; set only one`);
  if (raw !== undefined && (status !== undefined || fault !== undefined)) {
    throw new Error("sets `raw` with `status` or `fault`; set `raw` alone");
  }
  if (status !== undefined && (fault === "reset" || fault === "reset-before-reading")) {
    throw new Error(
      "a reset can discard the part of the response that was sent; use `close` or `stall`",
    );
  }
  if (status === undefined && bodies.length > 0) {
    throw new Error(`sets \`${bodies[0]}\` without \`status\``);
  }
}

function load({ body, bodyFile, bodyText, bodyBase64 }, folder) {
  if (body !== undefined) return Buffer.from(write(expand(body)));
  if (bodyFile !== undefined) {
    const path = join(folder, bodyFile);
    try {
      return readFileSync(path);
    } catch (error) {
      throw new Error(`bodyFile ${path}: ${error.message}`);
    }
  }
  if (bodyBase64 !== undefined) {
    const bytes = Buffer.from(bodyBase64, "base64");
    if (bytes.toString("base64") !== bodyBase64) throw new Error("bodyBase64: invalid base64");
    return bytes;
  }
  return Buffer.from(bodyText ?? "");
}
