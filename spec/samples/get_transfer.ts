const baseUrl =
  process.env.PARTNER_CENTER_URL ?? "https://api.partnercenter.microsoft.com";
const token = process.env.PARTNER_CENTER_TOKEN;
if (!token) throw new Error("set PARTNER_CENTER_TOKEN");
const customerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const transferId = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";

const response = await fetch(
  `${baseUrl}/v1/customers/${customerId}/transfers/${transferId}`,
  {
    headers: {
      Authorization: `Bearer ${token}`,
    },
  },
);
if (!response.ok) {
  // 429: wait as long as Retry-After says.
  throw new Error(`${response.status}: ${await response.text()}`);
}
const transfer = await response.json();
console.log(transfer.id, transfer.status);
