// Reads JSON from text, value by value, so that a decoder can stop at the first problem.

import { JsonNumber } from "./number.mjs";

const MAX_DEPTH = 127;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Text that is not JSON (`isData` is false), or JSON other than the expected one. */
export class JsonError extends Error {
  constructor(text, isData, place) {
    super(`${text}${place}`);
    this.isData = isData;
  }
}

export class JsonReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
  }

  /** The next character that is not whitespace, which stays unread. `undefined` at the end. */
  peek() {
    while (" \n\t\r".includes(this.text[this.at] ?? "x")) this.at += 1;
    return this.text[this.at];
  }

  /** Fails at the last character that was read. */
  fail(text, isData = false) {
    throw new JsonError(text, isData, this.#place(this.at));
  }

  /** Fails at the next character. */
  failNext(text) {
    throw new JsonError(text, false, this.#place(Math.min(this.at + 1, this.text.length)));
  }

  #place(at) {
    const before = this.text.slice(0, at);
    const line = before.split("\n").length;
    const column = Buffer.byteLength(before.slice(before.lastIndexOf("\n") + 1));
    return ` at line ${line} column ${column}`;
  }

  /** Reads any value: null, boolean, string, `JsonNumber`, `Array` or `Map`. */
  value() {
    const next = this.peek();
    if (next === undefined) this.failNext("EOF while parsing a value");
    if (next === '"') return this.string();
    if (next === "[") {
      const items = [];
      this.items(() => items.push(this.value()));
      return items;
    }
    if (next === "{") {
      const members = new Map();
      this.members((name) => {
        this.colon();
        members.set(name, this.value());
      });
      return members;
    }
    return this.scalar();
  }

  /** Reads null, a boolean or a number. */
  scalar() {
    const next = this.peek();
    if (next === "n") return this.#word("null", null);
    if (next === "t") return this.#word("true", true);
    if (next === "f") return this.#word("false", false);
    if (next === "-" || (next >= "0" && next <= "9")) return this.#number();
    return this.failNext(next === undefined ? "EOF while parsing a value" : "expected value");
  }

  #word(word, value) {
    for (const expected of word) {
      if (this.at >= this.text.length) this.fail("EOF while parsing a value");
      this.at += 1;
      if (this.text[this.at - 1] !== expected) this.fail("expected ident");
    }
    return value;
  }

  #number() {
    const rest = this.text.slice(this.at, this.at + 2_000);
    const found = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(rest);
    if (!found) {
      this.at += 2;
      return this.fail(this.at > this.text.length ? "EOF while parsing a value" : "invalid number");
    }
    this.at += found[0].length;
    const next = this.text[this.at] ?? "";
    if (found[0].endsWith("0") && !/[.eE]/.test(found[0]) && /^-?0$/.test(found[0])) {
      if (/\d/.test(next)) this.failNext("invalid number");
    }
    if (next === "." && !/[.eE]/.test(found[0])) {
      this.at += 1;
      this.failNext(this.at >= this.text.length ? "EOF while parsing a value" : "invalid number");
    }
    if (/[eE]/.test(next) && !/[eE]/.test(found[0])) {
      this.at += /[+-]/.test(this.text[this.at + 1] ?? "") ? 2 : 1;
      const ended = this.at >= this.text.length;
      this.at = Math.min(this.at + 1, this.text.length);
      this.fail(ended ? "EOF while parsing a value" : "invalid number");
    }
    return JsonNumber.read(found[0]) ?? this.fail("number out of range");
  }

  string() {
    this.at += 1;
    let value = "";
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined) return this.fail("EOF while parsing a string");
      if (character < " ") {
        this.at += 1;
        this.fail("control character (\\u0000-\\u001F) found while parsing a string");
      }
      this.at += 1;
      if (character === '"') return value;
      value += character === "\\" ? this.#escape() : character;
    }
  }

  #escape() {
    const character = this.text[this.at];
    if (character === undefined) return this.fail("EOF while parsing a string");
    this.at += 1;
    if (character !== "u") return ESCAPES[character] ?? this.fail("invalid escape");
    const digits = this.text.slice(this.at, this.at + 4);
    if (digits.length < 4) {
      this.at = this.text.length;
      this.fail("EOF while parsing a string");
    }
    this.at += 4;
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail("invalid escape");
    return String.fromCharCode(parseInt(digits, 16));
  }

  /** Reads a list, and calls `item` before each of its values. */
  items(item) {
    this.#enter();
    for (let first = true; ; first = false) {
      let next = this.peek();
      if (next === undefined) this.failNext("EOF while parsing a list");
      if (next === "]") break;
      if (!first) {
        if (next !== ",") this.failNext("expected `,` or `]`");
        this.at += 1;
        next = this.peek();
        if (next === "]") this.failNext("trailing comma");
        if (next === undefined) this.failNext("EOF while parsing a value");
      }
      item();
    }
    this.#leave();
  }

  /** Reads an object, and calls `member` with each name before its colon and its value. */
  members(member) {
    this.#enter();
    for (let first = true; ; first = false) {
      let next = this.peek();
      if (next === undefined) this.failNext("EOF while parsing an object");
      if (next === "}") break;
      if (!first) {
        if (next !== ",") this.failNext("expected `,` or `}`");
        this.at += 1;
        next = this.peek();
        if (next === "}") this.failNext("trailing comma");
        if (next === undefined) this.failNext("EOF while parsing a value");
      }
      if (next !== '"') this.failNext("key must be a string");
      member(this.string());
    }
    this.#leave();
  }

  /** Reads the colon before the value of a member. */
  colon() {
    const next = this.peek();
    if (next === undefined) this.failNext("EOF while parsing an object");
    if (next !== ":") this.failNext("expected `:`");
    this.at += 1;
  }

  #enter() {
    if (this.depth >= MAX_DEPTH) this.failNext("recursion limit exceeded");
    this.depth += 1;
    this.at += 1;
  }

  #leave() {
    this.at += 1;
    this.depth -= 1;
  }

  /** Fails if anything but whitespace is left. */
  end() {
    if (this.peek() !== undefined) this.failNext("trailing characters");
  }
}
