// The form of a scenario file, as `scenarios/scenario.schema.json` describes it.

import { any, choice, flag, list, map, object, optional, text, whole, word } from "../json/decode.mjs";
import { CAPABILITIES, ERROR_KINDS, OUTCOMES } from "../protocol.mjs";

/** The topics of cases, in the order of reports. */
export const TAGS = [
  "request",
  "decode",
  "outcome",
  "fault",
  "connection",
  "retry",
  "ids",
  "input",
  "large",
];

const SOURCES = [
  "documented",
  "example",
  "reference",
  "client-code",
  "third-party",
  "standard",
  "inferred",
];
const FAULTS = ["reset-before-reading", "reset", "close", "stall"];

const u16 = whole("u16", 2n ** 16n - 1n);
const u32 = whole("u32", 2n ** 32n - 1n);
const u64 = whole("u64", 2n ** 64n - 1n);
const usize = whole("usize", 2n ** 64n - 1n);
const capabilities = list(word(CAPABILITIES));
const texts = list(text);

const invocation = object(
  "Invocation",
  {
    operation: text,
    inputs: map(any),
    body: optional(any),
    options: object("ClientSettings", {
      maxAttempts: optional(u32),
      retryAmbiguous: flag,
      attemptTimeoutMs: optional(u64),
    }),
    times: u32,
  },
  ["operation"],
);

const reply = object("Reply", {
  status: optional(u16),
  headers: map(text),
  body: optional(any),
  bodyFile: optional(text),
  bodyText: optional(text),
  bodyBase64: optional(text),
  raw: optional(text),
  fault: optional(word(FAULTS)),
  faultAfterBytes: optional(usize),
});

const requests = object(
  "ExpectedRequests",
  {
    count: u32,
    method: optional(text),
    path: optional(text),
    headers: map(choice("HeaderRule", { is: text }, ["guid", "absent"])),
    body: optional(any),
    same: texts,
    different: texts,
    tokenRenewed: flag,
  },
  ["count"],
);

const result = object("ExpectedResult", {
  part: text,
  asText: texts,
  inAnyCase: texts,
  unknown: texts,
  mayBeLost: texts,
});

const outcome = object("ExpectedOutcome", { is: word(OUTCOMES), orders: usize, errors: usize }, [
  "is",
  "orders",
  "errors",
]);

const answer = object(
  "ExpectedAnswer",
  { status: u16, result: optional(result), outcome: optional(outcome) },
  ["status"],
);

const error = object(
  "ExpectedError",
  {
    kind: word(ERROR_KINDS),
    status: optional(u16),
    code: optional(any),
    description: optional(text),
    retryAfterMs: optional(u64),
    bodyKept: flag,
    names: optional(text),
    mayHaveBeenApplied: flag,
    attempts: optional(u32),
  },
  ["kind", "mayHaveBeenApplied"],
);

const conclusion = choice("ExpectedConclusion", { answer, error });

const wait = object("Wait", { atLeastMs: u64, atMostMs: optional(u64) }, ["atLeastMs"]);

const retry = object(
  "ExpectedRetry",
  { needs: capabilities, waits: list(wait), otherwise: conclusion },
  ["needs", "otherwise"],
);

/** A scenario file. */
export const scenarioFile = object(
  "Scenario",
  {
    $schema: optional(text),
    description: text,
    source: object("Source", { from: list(word(SOURCES)), page: text }, ["from", "page"]),
    tags: list(word(TAGS)),
    needs: capabilities,
    call: invocation,
    listening: flag,
    replies: list(reply),
    expect: object("Expectations", { requests, conclusion, sentAgain: optional(retry) }, [
      "requests",
      "conclusion",
    ]),
  },
  ["description", "source", "tags", "call", "expect"],
);
