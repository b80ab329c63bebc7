// A user's program. `cargo xtask spec pack` compiles it with the packed npm package.

import type { components, paths } from "partner-center-transfers-spec";
import openapi from "partner-center-transfers-spec/openapi.json" with { type: "json" };

type Accept = paths["/v1/customers/{customer-id}/transfers/{transfer-id}/accept"]["post"];
type Result = Accept["responses"][200]["content"]["application/json"];

const partial: Result = {
  orders: [{ id: "21b92393-ffce-4bc7-87c5-62cfa897d8f9", billingCycle: "a value of tomorrow" }],
  transferErrors: [{ code: 900103 }, { code: "900103" }, { code: null, lineItems: null }],
};
const item: components["schemas"]["TransferLineItem"] = { addonItems: [{ addonItems: [] }] };
// @ts-expect-error A quantity is a number.
const wrong: Result = { transferErrors: [{ lineItems: [{ quantity: "many" }] }] };

export const version: string = openapi.info.version;
export default [partial, item, wrong];
