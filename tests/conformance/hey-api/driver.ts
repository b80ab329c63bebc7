// Drives the client of @hey-api/openapi-ts: one question on standard input, one conclusion on
// standard output, as spec/scenarios/README.md says.
import { readFileSync } from "node:fs";
import { type Client, createClient } from "./generated/client";
import { acceptTransfer, withdrawTransfer } from "./generated/sdk.gen";
import type { Fault, RateLimitFault, TransferSubmitResult } from "./generated/types.gen";

type Inputs = Record<string, string>;

const parameters = (client: Client, inputs: Inputs) => ({
  client,
  path: { "customer-id": inputs["customer-id"], "transfer-id": inputs["transfer-id"] },
  headers: {
    "MS-RequestId": inputs["MS-RequestId"],
    "MS-CorrelationId": inputs["MS-CorrelationId"],
    "X-Locale": inputs["X-Locale"],
  },
});

const operations = {
  accept_transfer: (client: Client, inputs: Inputs) => acceptTransfer(parameters(client, inputs)),
  withdraw_transfer: (client: Client, inputs: Inputs) => withdrawTransfer(parameters(client, inputs)),
};

const present = <T>(list: (T | null)[] | null | undefined) => (list ?? []).filter((item) => item !== null);

function outcome(result: TransferSubmitResult) {
  const orders = present(result.orders).length;
  const errors = present(result.transferErrors).length;
  return { outcome: orders === 0 ? "failed" : errors > 0 ? "partial" : "complete", orders, errors };
}

async function call(ask: { url: string; token: string; operation: keyof typeof operations; inputs: Inputs }) {
  const client = createClient({
    baseUrl: ask.url,
    auth: ask.token,
    headers: { Accept: "application/json" },
    redirect: "manual",
    // Or the Content-Type decides, and JSON that came as text/json, or as nothing, is no object.
    parseAs: "json",
  });
  try {
    const { data, error, response } = await operations[ask.operation](client, ask.inputs);
    const status = response?.status;
    if (error !== undefined) {
      const fault: Partial<Fault & RateLimitFault> =
        typeof error === "object" && response !== undefined ? error : {};
      return { error: { status, code: fault.code, description: fault.description ?? fault.message } };
    }
    const accepted = ask.operation === "accept_transfer" ? outcome(data ?? {}) : {};
    return { answer: { status, result: data, ...accepted } };
  } catch (error) {
    return { error: { message: String(error) } };
  }
}

async function main() {
  const ask = JSON.parse(readFileSync(0, "utf8"));
  const answer =
    ask.ask === "capabilities"
      ? { client: "@hey-api/openapi-ts", capabilities: ["fault", "gzip", "outcome", "unknown-members"], operations: Object.keys(operations) }
      : await call(ask);
  console.log(JSON.stringify(answer));
}

main();
