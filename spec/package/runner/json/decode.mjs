// Decoders of documents with a known form. Each reads one value, or fails with what is wrong and where.

import { debug } from "../text.mjs";

/** Any JSON value. */
export const any = (reader) => reader.value();

/** A value, or null for `undefined`. */
export const optional = (decode) => (reader) =>
  reader.peek() === "n" ? (reader.scalar() ?? undefined) : decode(reader);

export const text = (reader) => (reader.peek() === '"' ? reader.string() : wrong(reader, "a string"));

export const flag = (reader) =>
  ["t", "f"].includes(reader.peek()) ? reader.scalar() : wrong(reader, "a boolean");

/** A whole number that is not negative. `type` is its name in messages. */
export const whole = (type, max) => (reader) => {
  if (!/[-0-9]/.test(reader.peek() ?? "")) return wrong(reader, type);
  const number = reader.scalar();
  if (!number.isWhole) return reader.fail(`invalid type: ${kind(number)}, expected ${type}`, true);
  if (number.value < 0n || number.value > max) {
    return reader.fail(`invalid value: ${kind(number)}, expected ${type}`, true);
  }
  return Number(number.value);
};

/** One of some words. */
export const word = (words) => (reader) => {
  if (reader.peek() !== '"') return reader.failNext("expected value");
  const got = reader.string();
  if (words.includes(got)) return got;
  return reader.fail(`unknown variant \`${got}\`, expected ${oneOf(words)}`, true);
};

/** A list. */
export const list = (decode) => (reader) => {
  if (reader.peek() !== "[") return wrong(reader, "a sequence");
  const items = [];
  reader.items(() => items.push(within(reader, `[${items.length}]`, decode)));
  return items;
};

/** An object with any names, as a `Map`. */
export const map = (decode) => (reader) => {
  if (reader.peek() !== "{") return wrong(reader, "a map");
  const members = new Map();
  reader.members((name) => {
    reader.colon();
    members.set(name, within(reader, name, decode));
  });
  return members;
};

/** An object with exactly one of these members, as `{name, value}`. Words stand for themselves. */
export const choice = (type, members, words = []) => (reader) => {
  const names = [...Object.keys(members), ...words];
  if (reader.peek() === '"') return { name: word(names)(reader) };
  if (reader.peek() !== "{") return reader.failNext("expected value");
  let found;
  reader.members((name) => {
    if (found) reader.failNext("expected value");
    if (!Object.hasOwn(members, name)) {
      reader.fail(`unknown variant \`${name}\`, expected ${oneOf(names)}`, true);
    }
    reader.colon();
    found = { name, value: within(reader, name, members[name]) };
  });
  return found ?? reader.fail(`expected a member of ${type}`, true);
};

/** An object with these members and no others. `required` lists those that may not be missing. */
export const object = (type, members, required = []) => (reader) => {
  if (reader.peek() === "[") return inOrder(reader, type, members, required);
  if (reader.peek() !== "{") return wrong(reader, `struct ${type}`);
  const found = {};
  reader.members((name) => {
    const unexpected = (problem) => {
      if (reader.peek() === "}") reader.at += 1;
      reader.fail(problem, true);
    };
    if (!Object.hasOwn(members, name)) {
      within(reader, name, () =>
        unexpected(`unknown field \`${name}\`, expected ${oneOf(Object.keys(members))}`),
      );
    }
    if (Object.hasOwn(found, name)) unexpected(`duplicate field \`${name}\``);
    reader.colon();
    found[name] = within(reader, name, members[name]);
  });
  for (const name of required) {
    if (!Object.hasOwn(found, name)) reader.fail(`missing field \`${name}\``, true);
  }
  return found;
};

/** The same as a list of the members' values. Those at the end may be missing. */
function inOrder(reader, type, members, required) {
  const names = Object.keys(members);
  const found = {};
  let count = 0;
  reader.items(() => {
    if (count >= names.length) reader.failNext("trailing characters");
    const name = names[count];
    found[name] = within(reader, `[${count}]`, members[name]);
    count += 1;
  });
  if (required.some((name) => names.indexOf(name) >= count)) {
    const expected = `struct ${type} with ${names.length} elements`;
    reader.fail(`invalid length ${count}, expected ${expected}`, true);
  }
  return found;
}

/** Decodes a part of a document, and puts its name before the path of an error. */
function within(reader, name, decode) {
  try {
    return decode(reader);
  } catch (error) {
    error.path = [name, ...(error.path ?? [])];
    throw error;
  }
}

/** The path of an error, such as `answer.result[0]`. */
export function path(error) {
  const steps = (error.path ?? []).map((step) => (step.startsWith("[") ? step : `.${step}`));
  return steps.join("").replace(/^\./, "") || ".";
}

function wrong(reader, expected) {
  const next = reader.peek();
  if (next === "[" || next === "{") {
    const found = next === "[" ? "sequence" : "map";
    return reader.fail(`invalid type: ${found}, expected ${expected}`, true);
  }
  const value = next === '"' ? reader.string() : reader.scalar();
  return reader.fail(`invalid type: ${kind(value)}, expected ${expected}`, true);
}

function kind(value) {
  if (value === null) return "unit value";
  if (typeof value === "boolean") return `boolean \`${value}\``;
  if (typeof value === "string") return `string ${debug(value)}`;
  return value.isWhole ? `integer \`${value}\`` : `floating point \`${plain(value)}\``;
}

/** A double without an exponent. */
function plain(number) {
  const shortest = number.toString();
  if (!shortest.includes("e+")) return shortest;
  return `${BigInt(number.toNumber())}.0`;
}

function oneOf(words) {
  const quoted = words.map((word) => `\`${word}\``);
  if (quoted.length > 2) return `one of ${quoted.join(", ")}`;
  return quoted.join(" or ");
}

