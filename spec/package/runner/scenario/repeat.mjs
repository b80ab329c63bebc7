// Expands `$repeat` templates, so that a body with 500 orders fits on one page.

import { JsonNumber } from "../json/number.mjs";

/** The maximum count, well above any known response. */
const MAX_COUNT = 100_000;

/** Replaces each `{"$repeat": count, "$item": item}` with a list. */
export function expand(template) {
  if (Array.isArray(template)) return template.map(expand);
  if (!(template instanceof Map)) return template;
  if (template.has("$repeat")) return repeated(template);
  return new Map([...template].map(([name, value]) => [name, expand(value)]));
}

function repeated(template) {
  const count = template.get("$repeat");
  const isCount = count instanceof JsonNumber && count.isWhole && count.value >= 0n;
  if (!isCount || !template.has("$item") || template.size !== 2) {
    throw new Error("`$repeat`: expected a count, with `$item` as the only other member");
  }
  if (count.value > MAX_COUNT) {
    throw new Error(`\`$repeat\` is ${count}; expected at most ${MAX_COUNT}`);
  }
  const item = template.get("$item");
  return Array.from({ length: count.toNumber() }, (_, index) => expand(numbered(item, index)));
}

function numbered(item, index) {
  if (typeof item === "string") return item.replaceAll("{n}", String(index).padStart(12, "0"));
  if (Array.isArray(item)) return item.map((inner) => numbered(inner, index));
  if (item instanceof Map) {
    return new Map([...item].map(([name, inner]) => [name, numbered(inner, index)]));
  }
  return item;
}
