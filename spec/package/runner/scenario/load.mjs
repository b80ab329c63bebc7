// Loads scenario files.

import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { path as pathOf } from "../json/decode.mjs";
import { JsonError, JsonReader } from "../json/reader.mjs";
import { byBytes } from "../text.mjs";
import { check } from "./check.mjs";
import { scenarioFile } from "./file.mjs";
import { Reply } from "./reply.mjs";

/** Loads a scenario file, or all `*.json` files of a folder except schemas, sorted by name. The error
 *  names every invalid file. */
export function load(path) {
  const scenarios = [];
  const problems = [];
  for (const file of files(path)) {
    try {
      scenarios.push(read(file));
    } catch (error) {
      problems.push(`${file}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return scenarios;
}

function files(path) {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch (error) {
    throw new Error(`${path}: cannot be read: ${error.message}`);
  }
  const names = readdirSync(path).filter(
    (name) => name.endsWith(".json") && !name.endsWith(".schema.json"),
  );
  if (names.length === 0) throw new Error(`${path}: contains no scenario (no *.json file)`);
  return names.sort(byBytes).map((name) => join(path, name));
}

function read(file) {
  const scenario = withDefaults(decoded(readFileSync(file, "utf8")));
  check(scenario);
  scenario.name = basename(file, ".json");
  scenario.replies = scenario.replies.map((reply, index) => {
    try {
      return new Reply(reply, dirname(file));
    } catch (error) {
      throw new Error(`replies[${index}]: ${error.message}`);
    }
  });
  return scenario;
}

function decoded(text) {
  const reader = new JsonReader(text);
  try {
    const scenario = scenarioFile(reader);
    reader.end();
    return scenario;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const problem = error.isData
      ? `invalid scenario: ${pathOf(error)}: ${error.message}`
      : `invalid JSON: ${error.message}`;
    throw new Error(problem);
  }
}

function withDefaults({ needs = [], listening = true, replies = [], call, expect, ...scenario }) {
  const { maxAttempts, retryAmbiguous = false, attemptTimeoutMs } = call.options ?? {};
  const options = Object.entries({ maxAttempts, retryAmbiguous, attemptTimeoutMs });
  return {
    ...scenario,
    needs,
    listening,
    replies,
    call: {
      ...call,
      inputs: call.inputs ?? new Map(),
      options: new Map(options.filter(([, value]) => value !== undefined)),
      times: call.times ?? 1,
    },
    expect,
  };
}
