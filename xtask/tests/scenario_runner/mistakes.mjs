// What a driver or its client can do wrong. Each function changes the requests, the conclusion, or what
// the driver prints.

const first = (call, change) => call.requests.slice(0, 1).forEach(change);
const header = (name, value) => (call) =>
  first(call, (request) => {
    request.headers = request.headers.filter(([key]) => key !== name);
    if (value !== undefined) request.headers.push([name, value]);
  });
const answer = (members) => ({ conclusion }) =>
  conclusion.answer && Object.assign(conclusion.answer, members);
const error = (members) => ({ conclusion }) =>
  conclusion.error && Object.assign(conclusion.error, members);
const detail = (members) => ({ conclusion }) => Object.assign(conclusion, members);
const prints = (printed) => (call) => Object.assign(call, { printed });

/** Changes the result, if it has the type. */
const result = (type, change) => ({ conclusion: { answer } }) => {
  if (answer?.result instanceof type) answer.result = change(answer.result);
};
const changed = (value) => {
  if (value instanceof Map) return new Map([...value].map(([name, it]) => [name, changed(it)]));
  if (Array.isArray(value)) return value.map(changed);
  return typeof value === "string" ? `${value}\u{301}\u{202e}"` : 0.00001;
};
const asText = (value) => {
  if (value instanceof Map) return new Map([...value].map(([name, it]) => [name, asText(it)]));
  if (Array.isArray(value)) return value.map(asText);
  return value === null ? value : String(value).toUpperCase();
};

/** What a client can do wrong. */
export const CLIENT_MISTAKES = Object.values({
  // What is sent.
  noRequest: (call) => call.requests.splice(0),
  oneMoreRequest: (call) => call.requests.push(...call.requests.slice(0, 1)),
  otherMethod: (call) => first(call, (request) => (request.method = "PUT")),
  otherPath: (call) => first(call, (request) => (request.path += "?a=b")),
  noToken: header("Authorization"),
  otherToken: header("Authorization", "Bearer other"),
  noAccept: header("Accept"),
  otherAccept: header("Accept", "text/html"),
  noLength: header("Content-Length"),
  noRequestId: header("MS-RequestId"),
  noCorrelationId: header("MS-CorrelationId"),
  noGuid: header("MS-RequestId", "42"),
  twoIds: (call) => first(call, ({ headers }) => headers.push(["ms-requestid", "\u{e9}"])),
  locale: header("X-Locale", "xx"),
  sameIds: (call) => call.requests.forEach((request) => (request.headers = call.requests[0].headers)),
  chunked: (call) =>
    first(call, (request) => {
      const length = Buffer.byteLength(request.body).toString(16);
      request.headers = request.headers.filter(([name]) => name !== "Content-Length");
      request.headers.push(["Transfer-Encoding", "chunked"]);
      request.body = request.body === "" ? "0\r\n\r\n" : `${length};x=y\r\n${request.body}\r\n0\r\n\r\n`;
    }),
  otherBody: (call) =>
    first(call, (request) => {
      request.headers = request.headers.filter(([name]) => name !== "Content-Length");
      request.headers.push(["Content-Length", "28"]);
      request.body = '{"a": [1.50, -0, 1e30, true]';
    }),
  validBody: (call) =>
    first(call, (request) => {
      request.headers = request.headers.filter(([name]) => name !== "Content-Length");
      request.headers.push(["Content-Length", "40"]);
      request.body = '{"a": [1.50, -0, 1e30, 12345678901234] }';
    }),
  notHttp: (call) => first(call, (request) => (request.raw = "EHLO\r\n\r\n")),
  otherVersion: (call) => first(call, (request) => (request.raw = "GET / HTTP/2.0\r\n\r\n")),
  badHeader: (call) => first(call, (request) => (request.raw = "GET / HTTP/1.1\r\na b: c\r\n\r\n")),
  badLength: header("Content-Length", "ten"),
  badChunk: (call) =>
    first(call, (request) => {
      request.raw = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n";
    }),

  // What is concluded.
  neither: (call) => (call.conclusion = {}),
  both: detail({ answer: { status: 200 }, error: { status: 500 } }),
  anError: detail({ answer: undefined, error: { kind: "timeout", status: 504, message: "late \u{1f600}" } }),
  anErrorWithoutKind: detail({ answer: undefined, error: {} }),
  anAnswer: detail({ answer: {}, error: undefined }),
  answerStatus: answer({ status: 299 }),
  noResult: answer({ result: undefined }),
  changedResult: result(Object, changed),
  resultAsText: result(Object, asText),
  lostMembers: result(Map, (members) => new Map([...members].slice(1))),
  addedMember: result(Map, (members) => new Map([...members, ["aNewOne", [true, "x"]]])),
  lostItem: result(Array, (items) => items.slice(1)),
  outcome: answer({ outcome: "failed" }),
  noOutcome: answer({ outcome: undefined }),
  orders: answer({ orders: 99 }),
  errors: answer({ errors: 99 }),
  errorKind: error({ kind: "connect" }),
  noErrorKind: error({ kind: undefined }),
  errorStatus: error({ status: 599 }),
  noErrorStatus: error({ status: undefined }),
  code: error({ code: 1 }),
  noCode: error({ code: undefined }),
  description: error({ description: "another\nline" }),
  retryAfter: error({ retryAfterMs: 86_400_001 }),
  noRetryAfter: error({ retryAfterMs: undefined }),
  body: error({ body: 'a "body"\\ \0\t\u{feff}\u{a0}\u{301}' }),
  message: error({ message: "\u{9b}nothing" }),
  tokenInMessage: error({ message: "scenario-token-two" }),
  effect: ({ conclusion }) =>
    conclusion.error &&
    (conclusion.error.mayHaveBeenApplied = !conclusion.error.mayHaveBeenApplied),
  noEffect: error({ mayHaveBeenApplied: undefined }),
  attempts: detail({ attempts: 7 }),
  noAttempts: detail({ attempts: undefined }),
  moreWaits: detail({ waitsMs: [1, 2, 3, 4] }),
  shortWaits: ({ conclusion }) => (conclusion.waitsMs = conclusion.waitsMs.map(() => 0)),
  longWaits: ({ conclusion }) => (conclusion.waitsMs = conclusion.waitsMs.map(() => 99_999_999)),
  requestId: detail({ requestId: "another" }),
  noCorrelationIdReported: detail({ correlationId: undefined }),
});

/** What a driver can do wrong. */
export const DRIVER_MISTAKES = Object.values({
  exitCode: (call) => Object.assign(call, { exitCode: 3, complaint: "oh\n  no \u{1b}[2J" }),
  crash: (call) => Object.assign(call, { crashes: true }),
  nothing: prints(" \n"),
  noJson: prints("Traceback: it broke"),
  endless: prints('{"answer": {"status": 200'),
  trailingComma: prints('{"answer": {"status": 200,}}'),
  deep: prints("[".repeat(200)),
  twoDocuments: prints("{} {}"),
  long: prints("word ".repeat(200)),
  unknownMember: prints('{"eror": {}}'),
  unknownInner: prints('{"answer":\n {"state" : 200}}'),
  twice: prints('{"attempts": 1, "attempts": 2}'),
  list: prints('[[1, 2]]'),
  number: prints("-0"),
  textStatus: prints('{"answer": {"status": "2\u{301}00"}}'),
  largeStatus: prints('{"answer": {"status": 65536}}'),
  negativeOrders: prints('{"answer": {"orders": -1}}'),
  fractionalAttempts: prints('{"attempts": 1.0}'),
  listForText: prints('{"requestId": ["x"]}'),
  objectForNumber: prints('{"error": {"retryAfterMs": {}}}'),
  textForFlag: prints('{"error": {"mayHaveBeenApplied": "yes"}}'),
  flagForText: prints('{"error": {"body": true}}'),
  unknownKind: prints('{"error": {"kind": "odd"}}'),
  numberForKind: prints('{"error": {"kind": 5}}'),
  waitsInList: prints('{"waitsMs": [1, "2"]}'),
  hugeNumber: prints('{"answer": {"result": 1e999}}'),
  badEscape: prints('{"requestId": "\\x"}'),
  control: prints('{"requestId": "a\tb"}'),
  loneSurrogate: prints('{"error": {"kind": "service", "message": "\\ud83d \\ud83d\\ude00"}}'),
});
