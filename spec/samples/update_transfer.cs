using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;

var baseUrl = Environment.GetEnvironmentVariable("PARTNER_CENTER_URL")
    ?? "https://api.partnercenter.microsoft.com";
var token = Environment.GetEnvironmentVariable("PARTNER_CENTER_TOKEN");
var customerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
var transferId = "11111111-aaaa-4bbb-8ccc-000000000002";
// One id for this call. No response? Send the same id again, or read the
// transfer first (RULES.md).
var requestId = Guid.NewGuid().ToString();
Console.Error.WriteLine($"MS-RequestId: {requestId}");

var client = new HttpClient { BaseAddress = new Uri(baseUrl) };
client.DefaultRequestHeaders.Authorization =
    new AuthenticationHeaderValue("Bearer", token);
var request = new HttpRequestMessage(new HttpMethod("PATCH"),
    $"/v1/customers/{customerId}/transfers/{transferId}");
request.Headers.Add("MS-RequestId", requestId);
// Other bodies cancel or accept a new-commerce transfer.
var body = $"{{ \"id\": \"{transferId}\", \"status\": \"reject\" }}";
request.Content = new StringContent(body, Encoding.UTF8, "application/json");

var response = await client.SendAsync(request);
var text = await response.Content.ReadAsStringAsync();
if (!response.IsSuccessStatusCode)
{
    // 429: wait as long as Retry-After says.
    throw new Exception($"{(int)response.StatusCode}: {text}");
}
Console.WriteLine(text);
