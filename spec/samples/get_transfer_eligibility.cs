using System;
using System.Net.Http;
using System.Net.Http.Headers;

var baseUrl = Environment.GetEnvironmentVariable("PARTNER_CENTER_URL")
    ?? "https://api.partnercenter.microsoft.com";
var token = Environment.GetEnvironmentVariable("PARTNER_CENTER_TOKEN");
var customerId = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";

var client = new HttpClient { BaseAddress = new Uri(baseUrl) };
client.DefaultRequestHeaders.Authorization =
    new AuthenticationHeaderValue("Bearer", token);
var request = new HttpRequestMessage(HttpMethod.Get,
    $"/v1/customers/{customerId}/transferseligibility?transferType=directtoindirect");

var response = await client.SendAsync(request);
var text = await response.Content.ReadAsStringAsync();
if (!response.IsSuccessStatusCode)
{
    // 429: wait as long as Retry-After says.
    throw new Exception($"{(int)response.StatusCode}: {text}");
}
Console.WriteLine(text);
