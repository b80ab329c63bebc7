// The command line.

import { parseArgs } from "node:util";

import { TAGS } from "./scenario/file.mjs";

export const HELP = `Serve scenarios to a client of any language and judge what it sends and concludes.

Usage: partner-center-transfers-scenarios COMMAND [PATH] [OPTIONS] [-- DRIVER...]

Commands:
  judge  Run each scenario with a driver, a program that makes the call and reports the conclusion
  serve  Print each call and serve its replies; you make the call, and its requests are judged
  list   List the scenarios with their tags and the capabilities that they need

PATH is a scenario, or a file or a folder of scenarios [default: all scenarios of this package]

Options:
  --only TAG       Only scenarios with this tag (can be repeated)
  --skip TAG       No scenarios with this tag (can be repeated)
  --report FILE    Write the results to this file as JSON
  --limit SECONDS  Time limit for one question to the driver [default: 20]
  --schema         Print the JSON Schema of a scenario file
  --version        Print the version
  -h, --help       Print this help

Tags: ${TAGS.join(", ")}

Exit codes: 0 if every check passed, 1 if a check failed or a scenario or the driver is broken, 2 for
wrong usage. scenarios/README.md describes how to write a driver.
`;

/** Wrong usage. */
export class UsageError extends Error {}

const COMMANDS = ["judge", "serve", "list"];
const OPTIONS = {
  only: { type: "string", multiple: true, default: [] },
  skip: { type: "string", multiple: true, default: [] },
  report: { type: "string" },
  limit: { type: "string", default: "20" },
  schema: { type: "boolean" },
  version: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};

/** Parses the arguments. `driver` is what follows `--`. */
export function parse(given) {
  const end = given.indexOf("--");
  const driver = end < 0 ? [] : given.slice(end + 1);
  const { values, positionals } = parsed(end < 0 ? given : given.slice(0, end));
  const [command, path, extra] = positionals;
  if (values.help) return { command: "help" };
  if (values.version) return { command: "version" };
  if (values.schema) {
    if (command !== undefined) throw new UsageError("--schema takes no command");
    return { command: "schema" };
  }
  if (!COMMANDS.includes(command)) {
    const got = command === undefined ? "no command" : `the command \`${command}\``;
    throw new UsageError(`expected one of ${COMMANDS.join(", ")}; got ${got}`);
  }
  if (extra !== undefined) throw new UsageError(`unexpected argument \`${extra}\``);
  for (const tag of [...values.only, ...values.skip]) {
    if (!TAGS.includes(tag)) {
      throw new UsageError(`unknown tag \`${tag}\`; expected one of ${TAGS.join(", ")}`);
    }
  }
  const limit = Number(values.limit);
  if (!/^\d+$/.test(values.limit) || limit < 1 || limit > 3_600) {
    throw new UsageError(`--limit is ${values.limit}; expected 1 to 3600 seconds`);
  }
  if (command === "judge" && driver.length === 0) {
    throw new UsageError("expected a driver after `--`; `serve` needs none");
  }
  if (command !== "judge" && driver.length > 0) {
    throw new UsageError(`\`${command}\` takes no driver; use \`judge\``);
  }
  return { command, path, driver, limit, ...pick(values) };
}

const pick = ({ only, skip, report }) => ({ only, skip, report });

function parsed(args) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error.message);
  }
}
