// Checks the requests: their number, content, ids, and the waits between them.

import { JsonReader } from "../json/reader.mjs";
import { same, write } from "../json/write.mjs";
import { RENEWED_TOKEN, TOKEN } from "../protocol.mjs";
import { byBytes, lossy } from "../text.mjs";

/** The tolerance for real waits, in milliseconds, since clocks differ. */
const CLOCK_TOLERANCE_MS = 50;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function judgeRequests(judgement, expected, retries, received) {
  const count = retries ? expected.count : Math.min(expected.count, 1);
  if (received.length !== count) judgement.differs("requests", count, received.length);
  const requests = [];
  received.slice(0, count).forEach(({ request, problem }, number) => {
    if (problem !== undefined) {
      judgement.differs(`request ${number + 1}`, "HTTP/1.1", problem);
    } else if (request) {
      judgeOne(judgement, expected, number, request);
      requests.push(request);
    }
  });
  const alike = sorted(expected.same ?? []);
  const different = sorted(expected.different ?? []);
  if (alike.length + different.length === 0 || !judgement.judges("ids")) return;
  for (const name of alike) {
    const values = distinct(requests, name);
    if (values.length !== 1 && requests.length > 0) {
      judgement.differs(name, "one value in all requests", values.join(" and "));
    }
  }
  for (const name of different) {
    if (distinct(requests, name).length !== requests.length) {
      judgement.differs(name, "another value in each request", "a repeated value or none");
    }
  }
}

const sorted = (names) => [...new Set(names)].sort(byBytes);

const distinct = (requests, name) =>
  sorted(requests.map((request) => request.values(name).join(", ")));

function judgeOne(judgement, expected, number, request) {
  const name = (part) => `request ${number + 1}, ${part}`;
  for (const part of ["method", "path"]) {
    if (expected[part] !== undefined && expected[part] !== request[part]) {
      judgement.differs(name(part), expected[part], request[part]);
    }
  }
  const judgeHeader = (header, rule) =>
    judgeValues(judgement, name(header), request.values(header), rule);
  const token = expected.tokenRenewed && number > 0 ? RENEWED_TOKEN : TOKEN;
  judgeHeader("Authorization", { name: "is", value: `Bearer ${token}` });
  const accepts = request.values("accept").join(", ");
  if (!accepts.toLowerCase().includes("application/json")) {
    judgement.differs(name("Accept"), "application/json", accepts || "none");
  }
  judgeBody(judgement, expected.body, name("body"), request.body);
  if (expected.body === undefined && ["POST", "PUT", "PATCH"].includes(request.method)) {
    judgeHeader("Content-Length", { name: "is", value: "0" });
  }
  const headers = expected.headers ?? new Map();
  for (const header of sorted(headers.keys())) judgeHeader(header, headers.get(header));
}

function judgeBody(judgement, expected, name, body) {
  if (expected === undefined) {
    if (body.length > 0) judgement.differs(name, "none", `${body.length} bytes`);
    return;
  }
  let got;
  try {
    const reader = new JsonReader(lossy(body));
    got = reader.value();
    reader.end();
  } catch (error) {
    judgement.differs(name, write(expected), `invalid JSON (${error.message})`);
    return;
  }
  if (!same(got, expected)) judgement.differs(name, write(expected), write(got));
}

function judgeValues(judgement, what, values, rule) {
  const got = values.length === 0 ? "none" : values.join(" and ");
  const one = values.length === 1 ? values[0] : undefined;
  if (rule.name === "is") {
    if (one !== rule.value) judgement.differs(what, rule.value, got);
  } else if (rule.name === "absent") {
    if (values.length > 0) judgement.differs(what, "none", got);
  } else if (judgement.judges("ids") && !GUID.test(one ?? "")) {
    judgement.differs(what, "a GUID", got);
  }
}

/** Checks the wait before each further request: as planned by the driver, or as measured here. */
export function judgeWaits(judgement, expected, received, conclusion) {
  const planned = judgement.capabilities.has("planned-waits");
  const got = planned ? (conclusion.waitsMs ?? []) : gaps(received);
  if (planned && got.length !== expected.length) {
    judgement.differs("waits", expected.length, `[${got.join(", ")}] ms`);
    return;
  }
  expected.slice(0, got.length).forEach(({ atLeastMs, atMostMs }, number) => {
    const what = `wait before request ${number + 2}`;
    const tolerance = planned ? 0 : CLOCK_TOLERANCE_MS;
    if (got[number] + tolerance < atLeastMs) {
      judgement.differs(what, `at least ${atLeastMs} ms`, `${got[number]} ms`);
    } else if (planned && got[number] > (atMostMs ?? Infinity)) {
      judgement.differs(what, `at most ${atMostMs} ms`, `${got[number]} ms`);
    }
  });
}

function gaps(received) {
  const pairs = received.slice(1).map((later, index) => [received[index].answered, later.at]);
  return pairs
    .filter(([answered]) => answered !== undefined)
    .map(([answered, at]) => Math.trunc(Math.max(at - answered, 0)));
}
