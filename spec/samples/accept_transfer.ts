const baseUrl =
  process.env.PARTNER_CENTER_URL ?? "https://api.partnercenter.microsoft.com";
const token = process.env.PARTNER_CENTER_TOKEN;
if (!token) throw new Error("set PARTNER_CENTER_TOKEN");
const customerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const transferId = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";
// One id for this call. No response? Send the same id again, or read the
// transfer first (RULES.md).
const requestId = crypto.randomUUID();
console.error("MS-RequestId:", requestId);

// Without a body, fetch sends Content-Length: 0.
const response = await fetch(
  `${baseUrl}/v1/customers/${customerId}/transfers/${transferId}/accept`,
  {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "MS-RequestId": requestId,
    },
  },
);
if (!response.ok) {
  // 429: wait as long as Retry-After says.
  throw new Error(`${response.status}: ${await response.text()}`);
}
// 200 can contain failures: check transferErrors.
const result = await response.json();
console.log((result.orders ?? []).length, "orders");
for (const error of result.transferErrors ?? []) {
  console.log(error?.code, error?.description);
}
