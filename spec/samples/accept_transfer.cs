using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;

var baseUrl = Environment.GetEnvironmentVariable("PARTNER_CENTER_URL")
    ?? "https://api.partnercenter.microsoft.com";
var token = Environment.GetEnvironmentVariable("PARTNER_CENTER_TOKEN");
var customerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
var transferId = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";
// One id for this call. No response? Send the same id again, or read the
// transfer first (RULES.md).
var requestId = Guid.NewGuid().ToString();
Console.Error.WriteLine($"MS-RequestId: {requestId}");

var client = new HttpClient { BaseAddress = new Uri(baseUrl) };
client.DefaultRequestHeaders.Authorization =
    new AuthenticationHeaderValue("Bearer", token);
var request = new HttpRequestMessage(HttpMethod.Post,
    $"/v1/customers/{customerId}/transfers/{transferId}/accept");
request.Headers.Add("MS-RequestId", requestId);
// An empty body sends Content-Length: 0.
request.Content = new ByteArrayContent(new byte[0]);

var response = await client.SendAsync(request);
var text = await response.Content.ReadAsStringAsync();
if (!response.IsSuccessStatusCode)
{
    // 429: wait as long as Retry-After says.
    throw new Exception($"{(int)response.StatusCode}: {text}");
}
// 200 can contain failures: check transferErrors.
using var result = JsonDocument.Parse(text);
foreach (var name in new[] { "orders", "transferErrors" })
{
    var isList = result.RootElement.TryGetProperty(name, out var list)
        && list.ValueKind == JsonValueKind.Array;
    Console.WriteLine($"{name}: {(isList ? list.GetArrayLength() : 0)}");
}
Console.WriteLine(text);
