// Checks the client's conclusion.

import { pointer, write } from "../json/write.mjs";
import { RENEWED_TOKEN, TOKEN } from "../protocol.mjs";
import { debug } from "../text.mjs";
import { differences } from "./result.mjs";

export function judgeConclusion(judgement, scenario, expected, received, got) {
  const { answer, error } = got;
  // The reply to the last request.
  const reply = scenario.replies[received.length - 1];
  if (answer && error) {
    judgement.differs("conclusion", "`answer` or `error`", "both");
  } else if (!answer && !error) {
    judgement.differs("conclusion", "`answer` or `error`", "neither");
  } else if (expected.name === "answer" && answer) {
    judgeAnswer(judgement, expected.value, reply, answer);
  } else if (expected.name === "error" && error) {
    judgeError(judgement, expected.value, reply, error);
  } else if (error) {
    const wanted = `an answer with status ${expected.value.status}`;
    judgement.differs("conclusion", wanted, describe(error));
  } else {
    const { kind, status } = expected.value;
    const found = `an answer with status ${answer.status ?? "none"}`;
    judgement.differs("conclusion", describe({ kind, status }), found);
  }
  judgeDetails(judgement, expected, scenario.call.times, received, got);
}

function describe({ kind, status, message }) {
  const parts = [
    kind === undefined ? "" : ` of kind ${kind}`,
    status === undefined ? "" : ` with status ${status}`,
    message === undefined ? "" : ` (${message})`,
  ];
  return `an error${parts.join("")}`;
}

function judgeAnswer(judgement, expected, reply, got) {
  judgement.compare("status", expected.status, got.status);
  const { result: rules, outcome } = expected;
  if (rules) {
    const sent = pointer(reply?.json() ?? null, rules.part ?? "");
    const keepsUnknown = !rules.unknown?.length || judgement.judges("unknown-members");
    judgement.failures.push(...differences(rules, keepsUnknown, sent, got.result ?? null));
  }
  if (outcome && judgement.judges("outcome")) {
    judgement.compare("outcome", outcome.is, got.outcome);
    judgement.compare("orders", outcome.orders, got.orders);
    judgement.compare("errors", outcome.errors, got.errors);
  }
}

function judgeError(judgement, expected, reply, got) {
  if (judgement.judges("error-kind")) {
    judgement.compare("error.kind", expected.kind, got.kind);
    judgement.compare("error.status", expected.status, got.status);
  } else if (expected.kind === "service") {
    judgement.compare("error.status", expected.status, got.status);
  }
  if (judgement.judges("fault")) {
    judgement.compare("error.code", codeText(expected.code), codeText(got.code));
    judgement.compare("error.description", expected.description, got.description);
  }
  if (judgement.judges("retry-after")) {
    const seconds = (ms) => (ms === undefined ? undefined : Math.ceil(ms / 1_000));
    if (seconds(expected.retryAfterMs) !== seconds(got.retryAfterMs)) {
      judgement.compare("error.retryAfterMs", expected.retryAfterMs, got.retryAfterMs);
    }
  }
  if (expected.bodyKept && judgement.judges("error-body")) {
    const [sent, kept] = [reply?.text() ?? "", got.body ?? ""];
    if (sent !== kept) judgement.differs("error.body", debug(sent), debug(kept));
  }
  judgeMessage(judgement, expected.names, got.message ?? "");
  if (judgement.judges("effect")) {
    const name = "error.mayHaveBeenApplied";
    judgement.compare(name, expected.mayHaveBeenApplied, got.mayHaveBeenApplied);
  }
}

function judgeMessage(judgement, name, message) {
  if (
    name !== undefined &&
    judgement.judges("input-check") &&
    !normalized(message).includes(normalized(name))
  ) {
    judgement.differs("error.message", `the name ${name}`, debug(message));
  }
  if (message.includes(TOKEN) || message.includes(RENEWED_TOKEN)) {
    judgement.differs("error.message", "no access token", "one");
  }
}

/** Checks what is reported for both answers and errors. */
function judgeDetails(judgement, expected, times, received, got) {
  if (judgement.judges("attempts")) {
    const count = Math.trunc(received.length / times);
    const { attempts } = expected.name === "error" ? expected.value : {};
    judgement.compare("attempts", attempts ?? count, got.attempts);
  }
  const last = received.findLast(({ request }) => request)?.request;
  if (!last || !judgement.judges("reports-ids")) return;
  for (const [what, header] of [
    ["requestId", "ms-requestid"],
    ["correlationId", "ms-correlationid"],
  ]) {
    const sent = last.values(header).join(" and ");
    judgement.compare(what, sent === "" ? undefined : sent, got[what]);
  }
}

/** Returns a code as text, since numbers and text are equivalent. */
function codeText(code) {
  return code === undefined || typeof code === "string" ? code : write(code);
}

/** Normalizes a name, so that `transfer-id`, `transfer_id` and `transferId` are equal. */
const normalized = (name) => name.replace(/[^\p{Alphabetic}\p{N}]/gu, "").toLowerCase();
