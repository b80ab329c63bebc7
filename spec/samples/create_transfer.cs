using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;

var baseUrl = Environment.GetEnvironmentVariable("PARTNER_CENTER_URL")
    ?? "https://api.partnercenter.microsoft.com";
var token = Environment.GetEnvironmentVariable("PARTNER_CENTER_TOKEN");
var customerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
// One id for this call. No response? Look for the transfer in the list
// before you create another one (RULES.md).
var requestId = Guid.NewGuid().ToString();
Console.Error.WriteLine($"MS-RequestId: {requestId}");

var client = new HttpClient { BaseAddress = new Uri(baseUrl) };
client.DefaultRequestHeaders.Authorization =
    new AuthenticationHeaderValue("Bearer", token);
var request = new HttpRequestMessage(HttpMethod.Post,
    $"/v1/customers/{customerId}/transfers");
request.Headers.Add("MS-RequestId", requestId);
request.Content = new StringContent(@"{
    ""sourcePartnerTenantId"": ""11111111-0000-4000-8000-00000000000a"",
    ""targetPartnerTenantId"": ""22222222-0000-4000-8000-00000000000b"",
    ""lineItems"": [{ ""subscriptionId"": ""5B000000-0000-4000-8000-000000000008"" }]
}", Encoding.UTF8, "application/json");

var response = await client.SendAsync(request);
var text = await response.Content.ReadAsStringAsync();
if (!response.IsSuccessStatusCode)
{
    // 429: wait as long as Retry-After says.
    throw new Exception($"{(int)response.StatusCode}: {text}");
}
Console.WriteLine(text);
