// Writes JSON, and compares values of it.

import { JsonNumber } from "./number.mjs";

/** Writes a value of `JsonReader` without whitespace. */
export function write(value) {
  if (value instanceof Map) {
    return `{${[...value].map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`)}}`;
  }
  if (Array.isArray(value)) return `[${value.map(write)}]`;
  return value instanceof JsonNumber ? value.toString() : JSON.stringify(value);
}

/** Whether two values are equal. 1 and 1.0 are not. */
export function same(one, other) {
  if (one instanceof JsonNumber) return one.equals(other);
  if (Array.isArray(one)) {
    const lists = Array.isArray(other) && one.length === other.length;
    return lists && one.every((item, index) => same(item, other[index]));
  }
  if (one instanceof Map) {
    const objects = other instanceof Map && one.size === other.size;
    return objects && [...one].every(([name, item]) => other.has(name) && same(item, other.get(name)));
  }
  return one === other;
}

/** Returns the value at a JSON Pointer, or null. */
export function pointer(value, path) {
  if (path === "") return value;
  if (!path.startsWith("/")) return null;
  let found = value;
  for (const step of path.slice(1).split("/")) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (found instanceof Map) found = found.get(name);
    else if (Array.isArray(found) && /^(0|[1-9]\d*)$/.test(name)) found = found[Number(name)];
    else return null;
    if (found === undefined) return null;
  }
  return found;
}
