const baseUrl =
  process.env.PARTNER_CENTER_URL ?? "https://api.partnercenter.microsoft.com";
const token = process.env.PARTNER_CENTER_TOKEN;
if (!token) throw new Error("set PARTNER_CENTER_TOKEN");
const customerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const transferId = "67c5b05b-09b5-47ba-9047-5056fe2afa4f";
// One id for this call. No response? Send the same id again, or read the
// transfer first (RULES.md).
const requestId = crypto.randomUUID();
console.error("MS-RequestId:", requestId);

const response = await fetch(
  `${baseUrl}/v1/customers/${customerId}/transfers/${transferId}`,
  {
    method: "DELETE",
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
console.log("withdrawn");
