// Checks that the parts of a scenario fit together, and that lengths and numbers are in their range.

/** Fails with the first problem. */
export function check(scenario) {
  ranges(scenario);
  const { expect, replies, listening, call } = scenario;
  const { count, method, path } = expect.requests;
  const retry = expect.sentAgain;
  if (count > 0 && (method === undefined || path === undefined)) {
    throw new Error("expect.requests: `method` and `path` are required unless `count` is 0");
  }
  if (listening && count !== replies.length) {
    throw new Error(
      `expect.requests.count is ${count}, but there are ${replies.length} replies`,
    );
  }
  if (!listening && count + replies.length > 0) {
    throw new Error("`listening` is false; expected no `replies` and a `count` of 0");
  }
  if (!retry && count > call.times) {
    throw new Error(`expect: ${count} requests for ${call.times} call(s) need \`sentAgain\``);
  }
  if (retry && call.times > 1) {
    throw new Error(`expect.sentAgain: expected one call, but \`times\` is ${call.times}`);
  }
  for (const { name, value } of [expect.conclusion, retry?.otherwise].filter(Boolean)) {
    if (name === "answer" && !replies.some((reply) => reply.status === value.status)) {
      throw new Error(`expect: no reply has the status of the answer, ${value.status}`);
    }
  }
}

function ranges({ description, source, tags, call, replies, expect }) {
  const { times, options } = call;
  within("description", [...description].length, 20);
  within("source.from", source.from.length, 1);
  within("source.page", [...source.page].length, 5);
  within("tags", tags.length, 1);
  within("call.times", times, 1, 10);
  within("call.options.maxAttempts", options.get("maxAttempts") ?? 1, 1, 10);
  within("call.options.attemptTimeoutMs", options.get("attemptTimeoutMs") ?? 1, 1, 1_000);
  within("expect.sentAgain.needs", expect.sentAgain?.needs.length ?? 1, 1);
  replies.forEach((reply, index) => {
    if (reply.status === undefined && reply.raw === undefined && reply.fault === undefined) {
      throw new Error(`invalid scenario: replies[${index}]: sets no \`status\`, \`raw\` or \`fault\``);
    }
    within(`replies[${index}].status`, reply.status ?? 200, 200, 599);
  });
}

function within(path, number, least, most = Infinity) {
  if (number < least) {
    throw new Error(`invalid scenario: ${path}: ${number} is less than the minimum of ${least}`);
  }
  if (number > most) {
    throw new Error(`invalid scenario: ${path}: ${number} is greater than the maximum of ${most}`);
  }
}
