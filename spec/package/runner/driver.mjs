// The two kinds of drivers: a program, and a person.

import { spawn } from "node:child_process";

import { path } from "./json/decode.mjs";
import { JsonReader } from "./json/reader.mjs";
import { write } from "./json/write.mjs";
import { conclusion, driverInfo, question } from "./protocol.mjs";
import { excerpt, jsonText } from "./text.mjs";

const MISSING = { ENOENT: "No such file or directory (os error 2)", EACCES: "Permission denied (os error 13)" };

/** A program that is started once for each question. It reads one JSON document from standard input and
 *  writes one to standard output. */
export class ProgramDriver {
  /** Takes the program with its arguments, and the time limit for one question in seconds. */
  constructor([program, ...programArguments], limit) {
    this.program = program;
    this.arguments = programArguments;
    this.limit = limit;
  }

  info() {
    return this.#ask(new Map([["ask", "capabilities"]]), driverInfo);
  }

  call(scenario, server) {
    return this.#ask(question(scenario, server.url), conclusion);
  }

  async #ask(asked, decode) {
    const { code, stdout, stderr } = await this.#run(`${write(asked)}\n`);
    const said = excerpt(stderr) && `; its standard error: ${excerpt(stderr)}`;
    if (code === null) throw new Error(`the driver crashed${said}`);
    if (code !== 0) {
      const ended = `ended with exit code ${code}; expected 0, even if the client's call failed`;
      throw new Error(`the driver ${ended}${said}`);
    }
    return decoded(stdout, decode, said);
  }

  /** Starts the program with the question as its input, and waits until it ends. */
  #run(asked) {
    return new Promise((resolve, reject) => {
      const output = { stdout: [], stderr: [] };
      const child = spawn(this.program, this.arguments, { stdio: "pipe" });
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        for (const stream of child.stdio) stream.destroy();
        const problem = `the driver did not end within ${this.limit}s and was killed`;
        reject(new Error(`${problem}; allow more with --limit`));
      }, this.limit * 1_000);
      child.on("error", (error) => {
        clearTimeout(timer);
        const why = MISSING[error.code] ?? error.message;
        reject(new Error(`cannot start the driver \`${this.program}\`: ${why}`));
      });
      for (const name of ["stdout", "stderr"]) {
        child[name].on("data", (part) => output[name].push(part));
      }
      child.on("close", (code) => {
        clearTimeout(timer);
        const [stdout, stderr] = [output.stdout, output.stderr].map((parts) => Buffer.concat(parts));
        resolve({ code, stdout, stderr });
      });
      // A driver may answer without reading the question.
      child.stdin.on("error", () => {});
      child.stdin.end(asked);
    });
  }
}

function decoded(stdout, decode, said) {
  const reader = new JsonReader(jsonText(stdout));
  const shown = excerpt(stdout);
  let answer;
  try {
    answer = decode(reader);
  } catch (error) {
    if (shown === "") {
      throw new Error(`the driver printed nothing; expected one JSON document${said}`);
    }
    throw new Error(
      error.isData
        ? `the driver's answer is invalid: ${path(error)}: ${error.message}`
        : `the driver printed invalid JSON: ${shown}${said}`,
    );
  }
  if (reader.peek() !== undefined) {
    throw new Error(`the driver printed more than one JSON document: ${shown}`);
  }
  return answer;
}

/** Prints each call and waits until its request has been answered. */
export class ManualDriver {
  constructor(print) {
    this.print = print;
  }

  async info() {
    return { client: "by hand" };
  }

  async call(scenario, server) {
    const asked = question(scenario, server.url);
    asked.delete("ask");
    this.print(`call ${write(asked)}\n`);
    // A person makes the call once, even if the scenario expects retries.
    await server.waitForReplies(Math.min(scenario.replies.length, 1));
    return null;
  }
}
