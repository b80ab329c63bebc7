// The driver of openapi-generator's C# client, as described in spec/scenarios/README.md.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Org.OpenAPITools.Api;
using Org.OpenAPITools.Client;
using Org.OpenAPITools.Model;

internal static class Driver
{
    /// <summary>The settings with which the client itself reads and writes models.</summary>
    private static JsonSerializerSettings settings;

    private static int Main()
    {
        // Dates in a request stay text.
        var reader = new JsonTextReader(Console.In) { DateParseHandling = DateParseHandling.None };
        var ask = JObject.Load(reader);
        object answer = (string)ask["ask"] == "capabilities"
            ? new Dictionary<string, object>
            {
                ["client"] = "openapi-generator (csharp)",
                ["capabilities"] = new[] { "fault", "outcome", "unknown-members" },
            }
            : Call(ask);
        var bytes = new System.Text.UTF8Encoding(false).GetBytes(JsonConvert.SerializeObject(answer, settings));
        using (var output = Console.OpenStandardOutput())
        {
            output.Write(bytes, 0, bytes.Length);
        }
        return 0;
    }

    private static Dictionary<string, object> Call(JObject ask)
    {
        var configuration = new Configuration
        {
            BasePath = (string)ask["url"],
            AccessToken = (string)ask["token"],
        };
        // A redirect would send the token to another server.
        var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using (var http = new HttpClient(handler))
        {
            var api = new TransfersApi(http, configuration, handler);
            settings = api.ApiClient.SerializerSettings;
            try
            {
                return Answer((string)ask["operation"], Ask(api, ask));
            }
            catch (ApiException error)
            {
                return Named("error", Failure(error));
            }
            catch (Exception error)
            {
                return Named("error", Named("message", error.ToString()));
            }
        }
    }

    private static IApiResponse Ask(TransfersApi api, JObject ask)
    {
        var inputs = (JObject)ask["inputs"];
        Func<string, string> input = name => (string)inputs[name];
        string customer = input("customer-id"), transfer = input("transfer-id");
        string request = input("MS-RequestId"), correlation = input("MS-CorrelationId"), locale = input("X-Locale");
        switch ((string)ask["operation"])
        {
            case "list_transfers":
                return api.ListTransfersWithHttpInfo(customer, request, correlation, locale);
            case "create_transfer":
                return api.CreateTransferWithHttpInfo(customer, Create(ask["body"]), request, correlation, locale);
            case "get_transfer":
                return api.GetTransferWithHttpInfo(customer, transfer, request, correlation, locale);
            case "update_transfer":
                return api.UpdateTransferWithHttpInfo(customer, transfer, Update(ask["body"]), request, correlation, locale);
            case "accept_transfer":
                return api.AcceptTransferWithHttpInfo(customer, transfer, request, correlation, locale);
            case "withdraw_transfer":
                return api.WithdrawTransferWithHttpInfo(customer, transfer, request, correlation, locale);
            case "get_transfer_eligibility":
                return api.GetTransferEligibilityWithHttpInfo(customer, input("transferType"), request, correlation, locale);
            default:
                throw new ArgumentException("unknown operation");
        }
    }

    /// <summary>Decodes the type that a caller would use, since the client cannot tell the types apart.</summary>
    private static CreateTransferRequest Create(JToken body)
    {
        return body["lineItems"] != null
            ? new CreateTransferRequest(As<CreateLicenseBasedTransferRequest>(body))
            : new CreateTransferRequest(As<CreateNewCommerceTransferRequest>(body));
    }

    private static UpdateTransferRequest Update(JToken body)
    {
        switch ((string)body["status"])
        {
            case "reject": return new UpdateTransferRequest(As<RejectTransferRequest>(body));
            case "Cancel": return new UpdateTransferRequest(As<CancelTransferRequest>(body));
            default: return new UpdateTransferRequest(As<AcceptNewCommerceTransferRequest>(body));
        }
    }

    private static T As<T>(JToken body)
    {
        return JsonConvert.DeserializeObject<T>(body.ToString(), settings);
    }

    private static Dictionary<string, object> Answer(string operation, IApiResponse response)
    {
        var status = (int)response.StatusCode;
        if (response.Content == null && operation != "withdraw_transfer")
        {
            var failure = Named("message", "no decoded answer");
            failure["status"] = status;
            return Named("error", failure);
        }
        var answer = Named("status", status);
        answer["result"] = response.Content;
        if (response.Content is TransferSubmitResult result)
        {
            int orders = Count(result.Orders), errors = Count(result.TransferErrors);
            answer["orders"] = orders;
            answer["errors"] = errors;
            answer["outcome"] = orders == 0 ? "failed" : errors > 0 ? "partial" : "complete";
        }
        return Named("answer", answer);
    }

    private static int Count<T>(List<T> list)
    {
        return list == null ? 0 : list.Count(item => item != null);
    }

    /// <summary>The client keeps the body of an error response as text, and its models decode it.</summary>
    private static Dictionary<string, object> Failure(ApiException error)
    {
        var failure = Named("message", error.Message);
        failure["status"] = error.ErrorCode;
        var body = error.ErrorContent as string ?? "";
        try
        {
            if (error.ErrorCode == 429)
            {
                failure["description"] = JsonConvert.DeserializeObject<RateLimitFault>(body, settings)?.Message;
                return failure;
            }
            var fault = JsonConvert.DeserializeObject<Fault>(body, settings);
            failure["code"] = fault?.Code?.ActualInstance;
            failure["description"] = fault?.Description ?? fault?.Message;
        }
        catch (Exception)
        {
            // The body is no fault.
        }
        return failure;
    }

    private static Dictionary<string, object> Named(string name, object value)
    {
        return new Dictionary<string, object> { [name] = value };
    }
}
