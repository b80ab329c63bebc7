// Collects the differences that were found in one case.

export class Judgement {
  constructor(capabilities) {
    this.capabilities = capabilities;
    /** The differences: what differs, the expected and the actual value. */
    this.failures = [];
    /** Capabilities that were not checked, since the driver lacks them. */
    this.notJudged = new Set();
  }

  /** Returns whether the driver has the capability. If not, records that it was not checked. */
  judges(capability) {
    if (this.capabilities.has(capability)) return true;
    this.notJudged.add(capability);
    return false;
  }

  differs(what, expected, got) {
    this.failures.push(`${what}: expected ${expected}, got ${got}`);
  }

  /** Compares two optional values. */
  compare(what, expected, got) {
    if (expected !== got) this.differs(what, expected ?? "none", got ?? "none");
  }
}
