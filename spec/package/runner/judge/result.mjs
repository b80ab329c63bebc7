// Compares the decoded answer with the body that the server sent.

import { JsonNumber } from "../json/number.mjs";
import { write } from "../json/write.mjs";
import { byBytes } from "../text.mjs";
import { instant } from "./instant.mjs";

/** The maximum number of differences to report. */
const MAX_REPORTED = 5;
const MAX_WHOLE = 2n ** 63n - 1n;
const NUMBER = /^[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|infinity|nan)$/i;

/** Lists where the result differs from the body. `rules` are the tolerances. */
export function differences(rules, keepsUnknown, sent, got) {
  const walk = new Walk(rules, keepsUnknown);
  walk.compare(simplified(sent), simplified(got));
  const more = walk.found.length - MAX_REPORTED;
  const found = walk.found.slice(0, MAX_REPORTED);
  return more > 0 ? [...found, `and ${more} more differences in the result`] : found;
}

/** Removes what is ignored: members that are null, empty lists or empty objects, and nulls in lists. */
function simplified(value) {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(simplified);
  if (!(value instanceof Map)) return value;
  const members = [...value].map(([name, member]) => [name, simplified(member)]);
  return new Map(members.filter(([, member]) => !isIgnored(member)));
}

const isIgnored = (value) =>
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (value instanceof Map && value.size === 0);

class Walk {
  constructor(rules, keepsUnknown) {
    this.rules = rules;
    this.keepsUnknown = keepsUnknown;
    this.path = [];
    this.found = [];
  }

  compare(sent, got) {
    if (sent instanceof Map && got instanceof Map) {
      this.#members(sent, got);
    } else if (Array.isArray(sent) && Array.isArray(got)) {
      this.#items(sent, got);
    } else if (!equal(sent, got) && !sameInstant(sent, got) && !this.#tolerated(sent, got)) {
      this.#differs(write(sent), write(got));
    }
  }

  #items(sent, got) {
    if (sent.length !== got.length) {
      this.#differs(`${sent.length} items`, `${got.length} items`);
      return;
    }
    sent.forEach((item, index) => {
      this.path.push(String(index));
      this.compare(item, got[index]);
      this.path.pop();
    });
  }

  #members(sent, got) {
    for (const name of [...new Set([...sent.keys(), ...got.keys()])].sort(byBytes)) {
      this.path.push(name);
      if (!got.has(name)) {
        if (!this.#mayMiss()) this.#differs(write(sent.get(name)), "nothing");
      } else if (!sent.has(name)) {
        this.#differs("nothing", write(got.get(name)));
      } else {
        this.compare(sent.get(name), got.get(name));
      }
      this.path.pop();
    }
  }

  /** Returns whether the member at the path may be missing. */
  #mayMiss() {
    const { mayBeLost, unknown } = this.rules;
    return this.#matches(mayBeLost) || (!this.keepsUnknown && this.#matches(unknown));
  }

  #tolerated(sent, got) {
    const [one, other] = [scalarText(sent), scalarText(got)];
    if (one === undefined || other === undefined) return false;
    const alike = lowerCase(one) === lowerCase(other);
    if (this.#matches(this.rules.inAnyCase)) return alike;
    return this.#matches(this.rules.asText) && (alike || sameNumber(one, other));
  }

  #matches(pointers = []) {
    return pointers.some((pointer) => {
      const steps = pointer.split("/").slice(1);
      const fits = (step, index) => step === "*" || step === this.path[index];
      return steps.length === this.path.length && steps.every(fits);
    });
  }

  #differs(expected, got) {
    this.found.push(`result/${this.path.join("/")}: expected ${expected}, got ${got}`);
  }
}

/** Compares values; `1` and `1.0` are equal. */
function equal(sent, got) {
  if (!(sent instanceof JsonNumber) || !(got instanceof JsonNumber)) return sent === got;
  const whole = [sent, got].every(({ isWhole, value }) => isWhole && value <= MAX_WHOLE);
  return sent.equals(got) || (!whole && sent.toNumber() === got.toNumber());
}

function sameInstant(sent, got) {
  const sentAt = instant(sent);
  return sentAt !== undefined && sentAt === instant(got);
}

function scalarText(value) {
  if (typeof value === "string") return value;
  return value instanceof JsonNumber || typeof value === "boolean" ? String(value) : undefined;
}

const lowerCase = (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

function sameNumber(one, other) {
  return NUMBER.test(one) && NUMBER.test(other) && Object.is(double(one), double(other));
}

function double(text) {
  const sign = text.startsWith("-") ? -1 : 1;
  if (/inf/i.test(text)) return sign * Infinity;
  return Number(text);
}
