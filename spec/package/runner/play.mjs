// Runs scenarios one after the other, each with its own server.

import { judge } from "./judge/judge.mjs";
import { CAPABILITIES } from "./protocol.mjs";
import { caseReport, report } from "./report.mjs";
import { ScenarioServer } from "./server.mjs";

/** The maximum total wait of a case for a driver that really sleeps, in milliseconds. */
const MAX_REAL_WAIT_MS = 2_000;

/** Returns the scenarios with one of the tags `only` (all if it is empty) and none of `skip`. */
export function select(scenarios, { only, skip }) {
  const selected = scenarios.filter(
    ({ tags }) =>
      (only.length === 0 || only.some((tag) => tags.includes(tag))) &&
      !skip.some((tag) => tags.includes(tag)),
  );
  if (selected.length === 0) throw new Error("no scenario has the requested tags");
  return selected;
}

/** Runs scenarios with a driver, and calls `onCase` after each. Fails if the driver does not work. */
export async function play(scenarios, driver, onCase) {
  const info = await driver.info();
  const cases = [];
  for (const scenario of scenarios) {
    const result = await playOne(scenario, info, driver);
    onCase(result);
    cases.push(result);
  }
  return report(info, cases);
}

async function playOne(scenario, info, driver) {
  const capabilities = new Set(info.capabilities);
  const { retries, reason } = retryMode(scenario, info, capabilities);
  if (reason) return caseReport(scenario, "skip", reason);
  const server = await ScenarioServer.start(scenario.replies, scenario.listening);
  let conclusion;
  try {
    conclusion = await driver.call(scenario, server);
  } catch (error) {
    return caseReport(scenario, "fail", error.message);
  } finally {
    server.close();
  }
  if (!conclusion && scenario.expect.requests.count === 0) {
    const nothing = "nothing to check: no request is expected, and the conclusion is unknown";
    return caseReport(scenario, "skip", nothing);
  }
  const { failures, notJudged } = judge(
    capabilities,
    scenario,
    retries,
    server.received,
    conclusion,
  );
  const verdict = failures.length === 0 ? "pass" : "fail";
  return caseReport(scenario, verdict, failures.join("; "), notJudged);
}

/** Returns whether this driver's client retries the call, or the `reason` to skip the case. */
function retryMode(scenario, { operations = [] }, capabilities) {
  const { operation } = scenario.call;
  if (operations.length > 0 && !operations.includes(operation)) {
    return { reason: `the driver has no ${operation}` };
  }
  const missing = (needs) =>
    CAPABILITIES.filter((name) => needs.includes(name) && !capabilities.has(name));
  const lacks = missing(scenario.needs);
  if (lacks.length > 0) return { reason: `the driver lacks ${lacks.join(", ")}` };
  const retry = scenario.expect.sentAgain;
  if (!retry) return { retries: true };
  const lacking = missing(retry.needs);
  // Ambiguous retries are opt-in: a client without that option sends the call once.
  if (lacking.length === new Set(retry.needs).size || String(lacking) === "retry-ambiguous") {
    return { retries: false };
  }
  if (lacking.length > 0) return { reason: `the driver lacks ${lacking.join(", ")}` };
  const total = (retry.waits ?? []).reduce((sum, wait) => sum + wait.atLeastMs, 0);
  if (total > MAX_REAL_WAIT_MS && !capabilities.has("planned-waits")) {
    return { reason: `the driver would really wait ${total} ms; it lacks planned-waits` };
  }
  return { retries: true };
}
