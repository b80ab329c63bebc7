// The driver of openapi-fetch with the types of openapi-typescript, as described in
// spec/scenarios/README.md.
import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./generated/schema.js";

type Api = ReturnType<typeof createClient<paths>>;
type Inputs = Record<string, string>;
type Fault = Partial<components["schemas"]["Fault"] & components["schemas"]["RateLimitFault"]>;

const customer = (inputs: Inputs) => ({ "customer-id": inputs["customer-id"] });

const ids = (inputs: Inputs) => ({ ...customer(inputs), "transfer-id": inputs["transfer-id"] });

const headers = (inputs: Inputs) => ({
  "MS-RequestId": inputs["MS-RequestId"],
  "MS-CorrelationId": inputs["MS-CorrelationId"],
  "X-Locale": inputs["X-Locale"],
});

const transfers = "/v1/customers/{customer-id}/transfers";
const transfer = "/v1/customers/{customer-id}/transfers/{transfer-id}";

const operations = {
  list_transfers: (api: Api, inputs: Inputs) =>
    api.GET(transfers, { params: { path: customer(inputs), header: headers(inputs) } }),
  create_transfer: (api: Api, inputs: Inputs, body: unknown) =>
    api.POST(transfers, {
      params: { path: customer(inputs), header: headers(inputs) },
      body: body as components["schemas"]["CreateTransferRequest"],
    }),
  get_transfer: (api: Api, inputs: Inputs) =>
    api.GET(transfer, { params: { path: ids(inputs), header: headers(inputs) } }),
  update_transfer: (api: Api, inputs: Inputs, body: unknown) =>
    api.PATCH(transfer, {
      params: { path: ids(inputs), header: headers(inputs) },
      body: body as components["schemas"]["UpdateTransferRequest"],
    }),
  accept_transfer: (api: Api, inputs: Inputs) =>
    api.POST("/v1/customers/{customer-id}/transfers/{transfer-id}/accept", {
      params: { path: ids(inputs), header: headers(inputs) },
    }),
  withdraw_transfer: (api: Api, inputs: Inputs) =>
    api.DELETE(transfer, { params: { path: ids(inputs), header: headers(inputs) } }),
  get_transfer_eligibility: (api: Api, inputs: Inputs) =>
    api.GET("/v1/customers/{customer-id}/transferseligibility", {
      params: {
        path: customer(inputs),
        query: { transferType: inputs["transferType"] },
        header: headers(inputs),
      },
    }),
};

const present = <T>(list: (T | null)[] | null | undefined) => (list ?? []).filter((item) => item !== null);

function outcome(result: components["schemas"]["TransferSubmitResult"]) {
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
  const api = createClient<paths>({
    baseUrl: ask.url,
    headers: { Authorization: `Bearer ${ask.token}`, Accept: "application/json" },
    redirect: "manual",
  });
  try {
    const { data, error, response } = await operations[ask.operation](api, ask.inputs, ask.body);
    const status = response.status;
    if (!response.ok) {
      const fault: Fault = typeof error === "object" && error !== null ? error : {};
      return { error: { status, code: fault.code, description: fault.description ?? fault.message } };
    }
    const accepted = ask.operation === "accept_transfer" ? outcome((data ?? {}) as components["schemas"]["TransferSubmitResult"]) : {};
    return { answer: { status, result: data, ...accepted } };
  } catch (error) {
    return { error: { message: String(error) } };
  }
}

const ask = JSON.parse(readFileSync(0, "utf8"));
const answer =
  ask.ask === "capabilities"
    ? { client: "openapi-fetch", capabilities: ["fault", "gzip", "outcome", "unknown-members"] }
    : await call(ask);
console.log(JSON.stringify(answer));
