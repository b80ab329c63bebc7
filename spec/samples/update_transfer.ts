const baseUrl =
  process.env.PARTNER_CENTER_URL ?? "https://api.partnercenter.microsoft.com";
const token = process.env.PARTNER_CENTER_TOKEN;
if (!token) throw new Error("set PARTNER_CENTER_TOKEN");
const customerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const transferId = "11111111-aaaa-4bbb-8ccc-000000000002";
// One id for this call. No response? Send the same id again, or read the
// transfer first (RULES.md).
const requestId = crypto.randomUUID();
console.error("MS-RequestId:", requestId);

// Other bodies cancel or accept a new-commerce transfer.
const response = await fetch(
  `${baseUrl}/v1/customers/${customerId}/transfers/${transferId}`,
  {
    method: "PATCH",
    headers: {
      Authorization: `Bearer ${token}`,
      "MS-RequestId": requestId,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ id: transferId, status: "reject" }),
  },
);
if (!response.ok) {
  // 429: wait as long as Retry-After says.
  throw new Error(`${response.status}: ${await response.text()}`);
}
const transfer = await response.json();
console.log(transfer.id, transfer.status);
