// Timestamps, since typed clients may write a different number of digits, or `Z`.

const INSTANT = new RegExp(
  "^(\\d{4})-?(\\d\\d)-?(\\d\\d)[Tt ](\\d\\d)(?::?(\\d\\d)(?::?(\\d\\d)(?:[.,](\\d{1,9}))?)?)?" +
    "([Zz]|[+-]\\d\\d(?::?\\d\\d(?::?\\d\\d)?)?)$",
);

/** Returns the nanoseconds since 1970 of a date with time and offset. `undefined` for anything else. */
export function instant(text) {
  const found = typeof text === "string" ? INSTANT.exec(text) : null;
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((it) => Number(it ?? 0));
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, Math.min(second, 59));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offset = offsetSeconds(found[8]);
  if (offset === undefined) return undefined;
  const nanoseconds = BigInt((found[7] ?? "").padEnd(9, "0"));
  return (BigInt(date.getTime() / 1_000) - BigInt(offset)) * 1_000_000_000n + nanoseconds;
}

function offsetSeconds(text) {
  if (/^z$/i.test(text)) return 0;
  const digits = text.slice(1).replaceAll(":", "");
  const [hours, minutes, seconds] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
  if (hours > 25 || minutes > 59 || seconds > 59) return undefined;
  return (text[0] === "-" ? -1 : 1) * (hours * 3_600 + minutes * 60 + seconds);
}
