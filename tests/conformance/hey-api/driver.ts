// The driver of the @hey-api/openapi-ts client, as described in spec/scenarios/README.md.
import { readFileSync } from "node:fs";
import { type Client, createClient } from "./generated/client";
import {
  acceptTransfer,
  createTransfer,
  getTransfer,
  getTransferEligibility,
  listTransfers,
  updateTransfer,
  withdrawTransfer,
} from "./generated/sdk.gen";
import type {
  CreateTransferRequest,
  Fault,
  RateLimitFault,
  TransferSubmitResult,
  UpdateTransferRequest,
} from "./generated/types.gen";

type Inputs = Record<string, string>;

const headers = (inputs: Inputs) => ({
  "MS-RequestId": inputs["MS-RequestId"],
  "MS-CorrelationId": inputs["MS-CorrelationId"],
  "X-Locale": inputs["X-Locale"],
});

const ofCustomer = (client: Client, inputs: Inputs) => ({
  client,
  path: { "customer-id": inputs["customer-id"] },
  headers: headers(inputs),
});

const ofTransfer = (client: Client, inputs: Inputs) => ({
  client,
  path: { "customer-id": inputs["customer-id"], "transfer-id": inputs["transfer-id"] },
  headers: headers(inputs),
});

const operations = {
  list_transfers: (client: Client, inputs: Inputs) => listTransfers(ofCustomer(client, inputs)),
  create_transfer: (client: Client, inputs: Inputs, body: unknown) =>
    createTransfer({ ...ofCustomer(client, inputs), body: body as CreateTransferRequest }),
  get_transfer: (client: Client, inputs: Inputs) => getTransfer(ofTransfer(client, inputs)),
  update_transfer: (client: Client, inputs: Inputs, body: unknown) =>
    updateTransfer({ ...ofTransfer(client, inputs), body: body as UpdateTransferRequest }),
  accept_transfer: (client: Client, inputs: Inputs) => acceptTransfer(ofTransfer(client, inputs)),
  withdraw_transfer: (client: Client, inputs: Inputs) => withdrawTransfer(ofTransfer(client, inputs)),
  get_transfer_eligibility: (client: Client, inputs: Inputs) =>
    getTransferEligibility({
      ...ofCustomer(client, inputs),
      query: { transferType: inputs["transferType"] },
    }),
};

const present = <T>(list: (T | null)[] | null | undefined) => (list ?? []).filter((item) => item !== null);

function outcome(result: TransferSubmitResult) {
  const orders = present(result.orders).length;
  const errors = present(result.transferErrors).length;
  return { outcome: orders === 0 ? "failed" : errors > 0 ? "partial" : "complete", orders, errors };
}

type Question = {
  url: string;
  token: string;
  operation: keyof typeof operations;
  inputs: Inputs;
  body?: unknown;
};

async function call(ask: Question) {
  const client = createClient({
    baseUrl: ask.url,
    auth: ask.token,
    headers: { Accept: "application/json" },
    redirect: "manual",
    // By default the Content-Type decides, and JSON sent as text/json or without a type is not parsed.
    parseAs: "json",
  });
  try {
    const { data, error, response } = await operations[ask.operation](client, ask.inputs, ask.body);
    const status = response?.status;
    if (error !== undefined) {
      const fault: Partial<Fault & RateLimitFault> =
        typeof error === "object" && response !== undefined ? error : {};
      return { error: { status, code: fault.code, description: fault.description ?? fault.message } };
    }
    const accepted = ask.operation === "accept_transfer" ? outcome((data ?? {}) as TransferSubmitResult) : {};
    return { answer: { status, result: data, ...accepted } };
  } catch (error) {
    return { error: { message: String(error) } };
  }
}

async function main() {
  const ask = JSON.parse(readFileSync(0, "utf8"));
  const answer =
    ask.ask === "capabilities"
      ? { client: "@hey-api/openapi-ts", capabilities: ["fault", "gzip", "outcome", "unknown-members"] }
      : await call(ask);
  console.log(JSON.stringify(answer));
}

main();
