// Text of others: bytes as text, and text that can be printed.

/** Bytes as text, with U+FFFD in place of what is not UTF-8. A byte order mark stays. */
export const lossy = (bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** A JSON document as text, with U+FFFD in place of each lone half of a surrogate pair. JavaScript and
 *  Python keep such halves, other languages replace them; both are correct. */
export const jsonText = (bytes) =>
  lossy(bytes).replace(
    /\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\u(d[89a-f][0-9a-f]{2})|\\[^]/gi,
    (escape, _high, _low, lone) => (lone === undefined ? escape : "\\ufffd"),
  );

const NAMED = { "\0": "\\0", "\t": "\\t", "\r": "\\r", "\n": "\\n" };
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/u;
const COMBINING = /\p{Grapheme_Extend}/u;

const escaped = (character) => NAMED[character] ?? `\\u{${character.codePointAt(0).toString(16)}}`;

/** Text in quotes, with escapes for what cannot be seen. */
export function debug(text) {
  const characters = [...text].map((character) => {
    if (character === '"' || character === "\\") return `\\${character}`;
    if (character === " ") return character;
    return INVISIBLE.test(character) || COMBINING.test(character) ? escaped(character) : character;
  });
  return `"${characters.join("")}"`;
}

/** Text without characters that control a terminal or cannot be seen. Line breaks stay. */
export const printable = (text) =>
  [...text]
    .map((character) => {
      if (character === "\n" || (character >= " " && character <= "~")) return character;
      return INVISIBLE.test(character) ? escaped(character) : character;
    })
    .join("");

const MAX_SHOWN = 400;

/** The end of a program's output, on one line. */
export function excerpt(bytes) {
  const line = [...lossy(bytes).split(/\p{White_Space}+/u).filter(Boolean).join(" ")];
  const extra = line.length - MAX_SHOWN;
  return extra > 0 ? `... ${line.slice(extra).join("")}` : line.join("");
}

/** Compares texts as UTF-8 does, for sorting. */
export const byBytes = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other));
