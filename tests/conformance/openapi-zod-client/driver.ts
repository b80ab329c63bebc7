// The driver of openapi-zod-client with Zodios, as described in spec/scenarios/README.md.
import { readFileSync } from "node:fs";
import { isErrorFromAlias } from "@zodios/core";
import { isAxiosError } from "axios";
import { createApiClient } from "./generated/client.js";

type Api = ReturnType<typeof createApiClient>;
type Inputs = Record<string, string>;
type Fault = { code?: unknown; description?: string | null; message?: string | null };
type Accepted = Awaited<ReturnType<Api["accept_transfer"]>>;

const headers = (inputs: Inputs) => ({
  "MS-RequestId": inputs["MS-RequestId"],
  "MS-CorrelationId": inputs["MS-CorrelationId"],
  "X-Locale": inputs["X-Locale"],
});

const customer = (inputs: Inputs) => ({
  params: { customerId: inputs["customer-id"] ?? "" },
  headers: headers(inputs),
});

const transfer = (inputs: Inputs) => ({
  params: { customerId: inputs["customer-id"] ?? "", transferId: inputs["transfer-id"] ?? "" },
  headers: headers(inputs),
});

const operations = {
  list_transfers: (api: Api, inputs: Inputs) => api.list_transfers(customer(inputs)),
  create_transfer: (api: Api, inputs: Inputs, body: unknown) =>
    api.create_transfer(body as Parameters<Api["create_transfer"]>[0], customer(inputs)),
  get_transfer: (api: Api, inputs: Inputs) => api.get_transfer(transfer(inputs)),
  update_transfer: (api: Api, inputs: Inputs, body: unknown) =>
    api.update_transfer(body as Parameters<Api["update_transfer"]>[0], transfer(inputs)),
  accept_transfer: (api: Api, inputs: Inputs) => api.accept_transfer(undefined, transfer(inputs)),
  withdraw_transfer: (api: Api, inputs: Inputs) => api.withdraw_transfer(undefined, transfer(inputs)),
  get_transfer_eligibility: (api: Api, inputs: Inputs) =>
    api.get_transfer_eligibility({
      ...customer(inputs),
      queries: { transferType: inputs["transferType"] ?? "" },
    }),
};

function outcome(result: Accepted) {
  const orders = result.orders?.length ?? 0;
  const errors = result.transferErrors?.length ?? 0;
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
  const api = createApiClient(ask.url, {
    axiosConfig: { headers: { Authorization: `Bearer ${ask.token}` }, maxRedirects: 0, proxy: false },
  });
  // The client returns the body alone.
  let status: number | undefined;
  api.axios.interceptors.response.use((response) => {
    status = response.status;
    return response;
  });
  try {
    const result = await operations[ask.operation](api, ask.inputs, ask.body);
    const accepted = ask.operation === "accept_transfer" ? outcome(result as Accepted) : {};
    return { answer: { status, result, ...accepted } };
  } catch (error) {
    if (!isAxiosError(error) || error.response === undefined) {
      return { error: { message: String(error) } };
    }
    const known = isErrorFromAlias(api.api, ask.operation, error);
    const fault: Fault = known ? (error.response.data as Fault) : {};
    const description = fault.description ?? fault.message;
    return { error: { status: error.response.status, code: fault.code, description } };
  }
}

const ask = JSON.parse(readFileSync(0, "utf8"));
const answer =
  ask.ask === "capabilities"
    ? { client: "openapi-zod-client", capabilities: ["fault", "gzip", "outcome"] }
    : await call(ask);
console.log(JSON.stringify(answer));
