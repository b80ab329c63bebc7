#!/usr/bin/env node
// Serves and judges the scenarios of this package, without Rust. The protocol, the results and the exit
// codes are those of `partner-center-conformance`.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { HELP, UsageError, parse } from "./arguments.mjs";
import { ManualDriver, ProgramDriver } from "./driver.mjs";
import { play, select } from "./play.mjs";
import { isGood, line, summary } from "./report.mjs";
import { load } from "./scenario/load.mjs";
import { printable } from "./text.mjs";

const inPackage = (path) => fileURLToPath(new URL(path, import.meta.url));
const SCENARIOS = inPackage("../scenarios");

const print = (text) => process.stdout.write(printable(text));

async function run({ command, path, driver, limit, report, ...selection }) {
  if (command === "help") return print(HELP);
  if (command === "version") {
    const { name, version } = JSON.parse(readFileSync(inPackage("../package.json"), "utf8"));
    return print(`${name} ${version}\n`);
  }
  if (command === "schema") {
    return print(readFileSync(`${SCENARIOS}/scenario.schema.json`, "utf8"));
  }
  const scenarios = select(load(located(path)), selection);
  if (command === "list") return scenarios.forEach((scenario) => print(listed(scenario)));
  const player = command === "judge" ? new ProgramDriver(driver, limit) : new ManualDriver(print);
  const results = await play(scenarios, player, (result) => print(line(result)));
  print(summary(results));
  if (report !== undefined) writeFileSync(report, `${JSON.stringify(results, null, 2)}\n`);
  return isGood(results);
}

/** Returns the path of scenarios: the name of one of this package is enough. */
function located(path) {
  if (path === undefined) return SCENARIOS;
  const packed = `${SCENARIOS}/${path}.json`;
  return !existsSync(path) && /^[a-z0-9-]+$/.test(path) && existsSync(packed) ? packed : path;
}

function listed({ name, tags, needs, description }) {
  const needed = needs.length > 0 ? `; needs ${needs.join(", ")}` : "";
  return `${name} (${tags.join(", ")}${needed}): ${description.replaceAll("\n", " ")}\n`;
}

// If standard output is closed, nobody reads the results.
process.stdout.on("error", () => process.exit(1));

try {
  const good = await run(parse(process.argv.slice(2)));
  process.exitCode = good === false ? 1 : 0;
} catch (error) {
  const usage = error instanceof UsageError;
  process.stderr.write(printable(`error: ${error.message}\n`));
  if (usage) process.stderr.write("For more information, try '--help'.\n");
  process.exitCode = usage ? 2 : 1;
}
