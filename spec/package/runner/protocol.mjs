// The questions to a driver and the form of its answers. `scenarios/README.md` describes them.

import { any, flag, list, object, optional, text, whole, word } from "./json/decode.mjs";

/** The token of each call, and the one that replaces it if it is rejected. They are no secrets. */
export const TOKEN = "scenario-token-one";
export const RENEWED_TOKEN = "scenario-token-two";

/** The optional features of a client or its driver, in the order of reports. */
export const CAPABILITIES = [
  "attempts",
  "effect",
  "error-body",
  "error-kind",
  "fault",
  "gzip",
  "ids",
  "input-check",
  "outcome",
  "planned-waits",
  "repeat",
  "reports-ids",
  "retry",
  "retry-ambiguous",
  "retry-after",
  "time-limit",
  "token-renewal",
  "unknown-members",
];

export const OUTCOMES = ["complete", "partial", "failed"];
export const ERROR_KINDS = ["invalid-input", "connect", "timeout", "interrupted", "service", "decode"];

const u16 = whole("u16", 2n ** 16n - 1n);
const u32 = whole("u32", 2n ** 32n - 1n);
const u64 = whole("u64", 2n ** 64n - 1n);
const usize = whole("usize", 2n ** 64n - 1n);

/** The answer to the question for capabilities. */
export const driverInfo = object(
  "DriverInfo",
  { client: text, capabilities: list(word(CAPABILITIES)), operations: list(text) },
  ["client"],
);

const answer = object("ReportedAnswer", {
  status: optional(u16),
  result: optional(any),
  outcome: optional(word(OUTCOMES)),
  orders: optional(usize),
  errors: optional(usize),
});

const error = object("ReportedError", {
  kind: optional(word(ERROR_KINDS)),
  status: optional(u16),
  code: optional(any),
  description: optional(text),
  retryAfterMs: optional(u64),
  body: optional(text),
  message: optional(text),
  mayHaveBeenApplied: optional(flag),
});

/** The answer to a call: what the client concluded. */
export const conclusion = object("Conclusion", {
  answer: optional(answer),
  error: optional(error),
  attempts: optional(u32),
  waitsMs: optional(list(u64)),
  requestId: optional(text),
  correlationId: optional(text),
});

/** Returns the question that asks a driver to make the call of a scenario. */
export function question(scenario, url) {
  const { operation, inputs, body, options, times } = scenario.call;
  const members = [
    ["ask", "call"],
    ["scenario", scenario.name],
    ["url", url],
    ["token", TOKEN],
    ["renewedToken", RENEWED_TOKEN],
    ["operation", operation],
    ["inputs", inputs],
    ["body", body],
    ["options", options],
    ["times", times],
  ];
  return new Map(members.filter(([, value]) => value !== undefined));
}
