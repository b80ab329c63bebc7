// The results: a line for each scenario, a summary, and the same as JSON.

import { CAPABILITIES } from "./protocol.mjs";
import { TAGS } from "./scenario/file.mjs";
import { byBytes } from "./text.mjs";

/** Values in the order of a list, each once. */
const inOrder = (values, order) => order.filter((value) => values.includes(value));

/** The result of one scenario. */
export function caseReport(scenario, verdict, reason = "", notJudged = new Set()) {
  return {
    case: scenario.name,
    tags: inOrder(scenario.tags, TAGS),
    verdict,
    reason,
    notJudged: inOrder([...notJudged], CAPABILITIES),
  };
}

/** The results of all scenarios. */
export function report({ client, capabilities = [], operations = [] }, cases) {
  const count = (verdict) => cases.filter((one) => one.verdict === verdict).length;
  const named = [...new Set(operations)].sort(byBytes);
  return {
    client,
    capabilities: inOrder(capabilities, CAPABILITIES),
    ...(named.length > 0 && { operations: named }),
    passed: count("pass"),
    failed: count("fail"),
    skipped: count("skip"),
    cases,
  };
}

/** The line of one scenario. */
export function line({ verdict, case: name, reason }) {
  return reason === "" ? `${verdict} ${name}\n` : `${verdict} ${name}: ${reason.replaceAll("\n", " ")}\n`;
}

/** The last lines. */
export function summary({ client, passed, failed, skipped, cases }) {
  const first = `${client}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`;
  const counts = CAPABILITIES.map((capability) => {
    const count = cases.filter(({ notJudged }) => notJudged.includes(capability)).length;
    return count > 0 && `${capability} (${count})`;
  }).filter(Boolean);
  if (counts.length === 0) return first;
  return `${first}not checked, since the driver lacks it: ${counts.join(", ")}\n`;
}

/** Whether nothing failed and at least one case passed. */
export const isGood = ({ passed, failed }) => failed === 0 && passed > 0;
