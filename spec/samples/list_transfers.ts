const baseUrl =
  process.env.PARTNER_CENTER_URL ?? "https://api.partnercenter.microsoft.com";
const token = process.env.PARTNER_CENTER_TOKEN;
if (!token) throw new Error("set PARTNER_CENTER_TOKEN");
const customerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";

const response = await fetch(
  `${baseUrl}/v1/customers/${customerId}/transfers`,
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
for (const transfer of await response.json()) {
  console.log(transfer.id, transfer.status);
}
