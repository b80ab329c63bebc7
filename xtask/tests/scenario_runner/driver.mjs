// A driver without a client: it sends the requests that a scenario expects, reports the conclusion that
// it expects, and can do one thing wrong. The same call gets the same answer in every run.
//
//     node driver.mjs PACKAGE FOLDER PROFILE

import { readFileSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { CLIENT_MISTAKES, DRIVER_MISTAKES } from "./mistakes.mjs";

const [packed, folder, profile] = process.argv.slice(2);
const part = (path) => import(pathToFileURL(join(packed, "runner", path)));
const [{ load }, { write }, { CAPABILITIES }] = await Promise.all([
  part("scenario/load.mjs"),
  part("json/write.mjs"),
  part("protocol.mjs"),
]);

/** What a driver declares, and the kind of its mistakes. */
const PROFILES = {
  right: { capabilities: CAPABILITIES },
  wrong: { capabilities: CAPABILITIES, mistakes: CLIENT_MISTAKES },
  hurried: {
    capabilities: CAPABILITIES.filter((name) => name !== "planned-waits"),
    mistakes: CLIENT_MISTAKES,
  },
  bare: { capabilities: [], mistakes: CLIENT_MISTAKES },
  broken: { capabilities: CAPABILITIES, mistakes: DRIVER_MISTAKES },
};
const [kind, shift = 0] = profile.split("+");
const { capabilities, mistakes } = PROFILES[kind];

/** How long a request that is never answered stays open, in milliseconds. */
const PATIENCE_MS = 500;

const asked = JSON.parse(readFileSync(0, "utf8"));
if (asked.ask === "capabilities") {
  console.log(JSON.stringify({ client: profile, capabilities }));
} else {
  const [scenario] = load(join(folder, `${asked.scenario}.json`));
  const call = mistakes ? mistaken(scenario) : expected(scenario);
  for (const [index, request] of call.requests.entries()) {
    await send(request, scenario.replies[index]);
  }
  process.stdout.write(call.printed ?? `${write(json(call.conclusion))}\n`);
  process.stderr.write(call.complaint ?? "");
  process.exitCode = call.exitCode ?? 0;
  if (call.crashes) process.kill(process.pid, "SIGKILL");
}

/** The same with the next mistake that this call allows: another scenario starts at another mistake. */
function mistaken(scenario) {
  const names = readdirSync(folder).sort();
  const start = names.indexOf(`${scenario.name}.json`) * 7 + Number(shift);
  const before = write(json(expected(scenario)));
  for (let tried = 0; tried < mistakes.length; tried += 1) {
    const call = expected(scenario);
    mistakes[(start + tried) % mistakes.length](call);
    if (write(json(call)) !== before) return call;
  }
  throw new Error("no mistake is possible");
}

/** The requests and the conclusion of a correct client with these capabilities. */
function expected({ expect, replies, call }) {
  const { requests, sentAgain } = expect;
  const retries = !sentAgain || sentAgain.needs.every((it) => capabilities.includes(it));
  const count = retries ? requests.count : Math.min(requests.count, 1);
  const sent = Array.from({ length: count }, (_, number) => request(requests, number));
  const { name, value } = retries ? expect.conclusion : sentAgain.otherwise;
  const reply = replies[count - 1];
  const read = sent.filter((_, number) => replies[number]?.fault !== "reset-before-reading");
  const id = (name) => read.at(-1)?.headers.find(([key]) => key === name)?.[1];
  return {
    requests: sent,
    conclusion: {
      [name]: name === "answer" ? answer(value, reply) : error(value, reply),
      attempts: value.attempts ?? Math.trunc(count / call.times),
      waitsMs: retries ? (sentAgain?.waits ?? []).map(({ atLeastMs }) => atLeastMs) : [],
      requestId: id("MS-RequestId"),
      correlationId: id("MS-CorrelationId"),
    },
  };
}

function request({ method, path, headers = new Map(), body, different = [], tokenRenewed }, number) {
  const token = tokenRenewed && number > 0 ? asked.renewedToken : asked.token;
  const content = body === undefined ? "" : write(body);
  const guid = (name) => {
    const last = different.includes(name) ? number : 9;
    return `00000000-0000-4000-8000-${name.length.toString().padStart(11, "0")}${last}`;
  };
  const named = new Map([
    ["Authorization", `Bearer ${token}`],
    ["Accept", "application/json"],
    ["MS-RequestId", guid("MS-RequestId")],
    ["MS-CorrelationId", guid("MS-CorrelationId")],
  ]);
  for (const [name, rule] of headers) {
    const known = [...named.keys()].find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
    if (rule.name === "absent") named.delete(known);
    else if (rule.name === "is") named.set(known, rule.value);
    else named.set(known, guid(known));
  }
  if (body !== undefined || method === "POST") {
    named.set("Content-Length", String(Buffer.byteLength(content)));
  }
  return { method, path, headers: [...named], body: content };
}

function answer({ status, result, outcome }, reply) {
  const { is, orders, errors } = outcome ?? {};
  const whole = result && reply.json();
  const steps = (result?.part ?? "").split("/").slice(1);
  const decoded = steps.reduce((value, step) => value.get(step), whole);
  return { status, result: decoded, outcome: is, orders, errors };
}

function error({ bodyKept, names, attempts: _, ...members }, reply) {
  return { ...members, body: bodyKept ? reply?.text() : undefined, message: names ?? "it failed" };
}

/** The form that the package writes: maps instead of objects. */
function json(value) {
  if (Array.isArray(value)) return value.map(json);
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return new Map(members.map(([name, member]) => [name, json(member)]));
}

/** Sends a request, and waits until the server closes the connection. */
function send({ method, path, headers, body, raw }, reply) {
  const { hostname, port } = new URL(asked.url);
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const host = `Host: ${hostname}:${port}\r\n`;
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on("connect", () => socket.write(raw ?? `${method} ${path} HTTP/1.1\r\n${host}${head}\r\n${body}`));
    socket.on("error", () => {});
    socket.on("data", () => reply?.fault === "stall" && socket.destroy());
    if (reply?.fault === "stall") setTimeout(() => socket.destroy(), PATIENCE_MS);
    if (raw) setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.on("close", resolve);
  });
}
