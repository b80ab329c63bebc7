const baseUrl =
  process.env.PARTNER_CENTER_URL ?? "https://api.partnercenter.microsoft.com";
const token = process.env.PARTNER_CENTER_TOKEN;
if (!token) throw new Error("set PARTNER_CENTER_TOKEN");
const customerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
// One id for this call. No response? Look for the transfer in the list
// before you create another one (RULES.md).
const requestId = crypto.randomUUID();
console.error("MS-RequestId:", requestId);

const response = await fetch(
  `${baseUrl}/v1/customers/${customerId}/transfers`,
  {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "MS-RequestId": requestId,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({
      sourcePartnerTenantId: "11111111-0000-4000-8000-00000000000a",
      targetPartnerTenantId: "22222222-0000-4000-8000-00000000000b",
      lineItems: [{ subscriptionId: "5B000000-0000-4000-8000-000000000008" }],
    }),
  },
);
if (!response.ok) {
  // 429: wait as long as Retry-After says.
  throw new Error(`${response.status}: ${await response.text()}`);
}
const transfer = await response.json();
console.log(transfer.id, transfer.status);
