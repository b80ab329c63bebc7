// Numbers of JSON, which JavaScript alone would round: 9007199254740993 stays as it is, and 1.0
// differs from 1.

const MAX_INTEGER = 2n ** 64n - 1n;
const MIN_INTEGER = -(2n ** 63n);

/** A number of a JSON document: a `bigint` if it is whole and has 64 bits, else a double. */
export class JsonNumber {
  constructor(value) {
    this.value = value;
  }

  /** Reads the text of a number. Returns `null` if it is too large for a double. */
  static read(text) {
    if (/^-?\d+$/.test(text) && text !== "-0") {
      const whole = BigInt(text);
      if (whole >= MIN_INTEGER && whole <= MAX_INTEGER) return new JsonNumber(whole);
    }
    const double = Number(text);
    return Number.isFinite(double) ? new JsonNumber(double) : null;
  }

  get isWhole() {
    return typeof this.value === "bigint";
  }

  toNumber() {
    return Number(this.value);
  }

  equals(other) {
    return other instanceof JsonNumber && this.value === other.value;
  }

  toString() {
    return this.isWhole ? this.value.toString() : doubleText(this.value);
  }
}

/** The shortest text of a double, with a decimal point or an exponent: `1.0`, `1e20`. */
function doubleText(double) {
  if (double === 0) return Object.is(double, -0) ? "-0.0" : "0.0";
  const [mantissa, exponent] = Math.abs(double).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const point = Number(exponent) + 1;
  const sign = double < 0 ? "-" : "";
  if (point < -4 || point > 16) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${sign}${digits[0]}${fraction}e${point > 0 ? "+" : ""}${point - 1}`;
  }
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (digits.length <= point) return `${sign}${digits.padEnd(point, "0")}.0`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
