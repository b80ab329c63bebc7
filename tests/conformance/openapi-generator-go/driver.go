// Drives the Go client of openapi-generator: one question on standard input, one conclusion on
// standard output, as spec/scenarios/README.md says.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"

	openapi "github.com/GIT_USER_ID/GIT_REPO_ID"
)

type question struct {
	Ask       string            `json:"ask"`
	URL       string            `json:"url"`
	Token     string            `json:"token"`
	Operation string            `json:"operation"`
	Inputs    map[string]string `json:"inputs"`
	Body      json.RawMessage   `json:"body"`
}

type object = map[string]any

// operations make a call.
var operations = map[string]func(context.Context, *openapi.APIClient, question) (any, *http.Response, error){
	"list_transfers": func(ctx context.Context, client *openapi.APIClient, ask question) (any, *http.Response, error) {
		request := client.TransfersAPI.ListTransfers(ctx, ask.Inputs["customer-id"])
		given(ask.Inputs, "MS-RequestId", func(value string) { request = request.MSRequestId(value) })
		given(ask.Inputs, "MS-CorrelationId", func(value string) { request = request.MSCorrelationId(value) })
		given(ask.Inputs, "X-Locale", func(value string) { request = request.XLocale(value) })
		return result(request.Execute())
	},
	"create_transfer": func(ctx context.Context, client *openapi.APIClient, ask question) (any, *http.Response, error) {
		var body openapi.CreateTransferRequest
		if err := json.Unmarshal(ask.Body, &body); err != nil {
			return nil, nil, err
		}
		request := client.TransfersAPI.CreateTransfer(ctx, ask.Inputs["customer-id"]).CreateTransferRequest(body)
		given(ask.Inputs, "MS-RequestId", func(value string) { request = request.MSRequestId(value) })
		given(ask.Inputs, "MS-CorrelationId", func(value string) { request = request.MSCorrelationId(value) })
		given(ask.Inputs, "X-Locale", func(value string) { request = request.XLocale(value) })
		return result(request.Execute())
	},
	"get_transfer": func(ctx context.Context, client *openapi.APIClient, ask question) (any, *http.Response, error) {
		request := client.TransfersAPI.GetTransfer(ctx, ask.Inputs["customer-id"], ask.Inputs["transfer-id"])
		given(ask.Inputs, "MS-RequestId", func(value string) { request = request.MSRequestId(value) })
		given(ask.Inputs, "MS-CorrelationId", func(value string) { request = request.MSCorrelationId(value) })
		given(ask.Inputs, "X-Locale", func(value string) { request = request.XLocale(value) })
		return result(request.Execute())
	},
	"update_transfer": func(ctx context.Context, client *openapi.APIClient, ask question) (any, *http.Response, error) {
		var body openapi.UpdateTransferRequest
		if err := json.Unmarshal(ask.Body, &body); err != nil {
			return nil, nil, err
		}
		request := client.TransfersAPI.UpdateTransfer(ctx, ask.Inputs["customer-id"], ask.Inputs["transfer-id"]).UpdateTransferRequest(body)
		given(ask.Inputs, "MS-RequestId", func(value string) { request = request.MSRequestId(value) })
		given(ask.Inputs, "MS-CorrelationId", func(value string) { request = request.MSCorrelationId(value) })
		given(ask.Inputs, "X-Locale", func(value string) { request = request.XLocale(value) })
		return result(request.Execute())
	},
	"accept_transfer": func(ctx context.Context, client *openapi.APIClient, ask question) (any, *http.Response, error) {
		request := client.TransfersAPI.AcceptTransfer(ctx, ask.Inputs["customer-id"], ask.Inputs["transfer-id"])
		given(ask.Inputs, "MS-RequestId", func(value string) { request = request.MSRequestId(value) })
		given(ask.Inputs, "MS-CorrelationId", func(value string) { request = request.MSCorrelationId(value) })
		given(ask.Inputs, "X-Locale", func(value string) { request = request.XLocale(value) })
		return result(request.Execute())
	},
	"withdraw_transfer": func(ctx context.Context, client *openapi.APIClient, ask question) (any, *http.Response, error) {
		request := client.TransfersAPI.WithdrawTransfer(ctx, ask.Inputs["customer-id"], ask.Inputs["transfer-id"])
		given(ask.Inputs, "MS-RequestId", func(value string) { request = request.MSRequestId(value) })
		given(ask.Inputs, "MS-CorrelationId", func(value string) { request = request.MSCorrelationId(value) })
		given(ask.Inputs, "X-Locale", func(value string) { request = request.XLocale(value) })
		return result(request.Execute())
	},
	"get_transfer_eligibility": func(ctx context.Context, client *openapi.APIClient, ask question) (any, *http.Response, error) {
		request := client.TransfersAPI.GetTransferEligibility(ctx, ask.Inputs["customer-id"]).TransferType(ask.Inputs["transferType"])
		given(ask.Inputs, "MS-RequestId", func(value string) { request = request.MSRequestId(value) })
		given(ask.Inputs, "MS-CorrelationId", func(value string) { request = request.MSCorrelationId(value) })
		given(ask.Inputs, "X-Locale", func(value string) { request = request.XLocale(value) })
		return result(request.Execute())
	},
}

func given(inputs map[string]string, name string, set func(string)) {
	if value, ok := inputs[name]; ok {
		set(value)
	}
}

func result[T any](decoded T, response *http.Response, err error) (any, *http.Response, error) {
	return decoded, response, err
}

func call(ask question) object {
	configuration := openapi.NewConfiguration()
	configuration.Servers = openapi.ServerConfigurations{{URL: ask.URL}}
	configuration.HTTPClient = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	ctx := context.WithValue(context.Background(), openapi.ContextAccessToken, ask.Token)
	decoded, response, err := operations[ask.Operation](ctx, openapi.NewAPIClient(configuration), ask)
	if err != nil {
		return object{"error": failure(response, err)}
	}
	answer := object{"status": response.StatusCode, "result": decoded}
	if result, ok := decoded.(*openapi.TransferSubmitResult); ok {
		if result == nil {
			return object{"error": object{"status": response.StatusCode, "message": "no decoded answer"}}
		}
		orders, errors := len(result.Orders), len(result.TransferErrors)
		answer["orders"], answer["errors"] = orders, errors
		answer["outcome"] = outcome(orders, errors)
	}
	return object{"answer": answer}
}

func failure(response *http.Response, err error) object {
	failure := object{"message": err.Error()}
	if response != nil {
		failure["status"] = response.StatusCode
	}
	var refused *openapi.GenericOpenAPIError
	if errors.As(err, &refused) {
		switch fault := refused.Model().(type) {
		case openapi.Fault:
			if fault.Code != nil {
				failure["code"] = fault.Code
			}
			failure["description"] = fault.Description.Get()
			if fault.Description.Get() == nil {
				failure["description"] = fault.Message.Get()
			}
		case openapi.RateLimitFault:
			failure["description"] = fault.Message.Get()
		}
	}
	return failure
}

func outcome(orders, errors int) string {
	switch {
	case orders == 0:
		return "failed"
	case errors > 0:
		return "partial"
	}
	return "complete"
}

func main() {
	var ask question
	if err := json.NewDecoder(os.Stdin).Decode(&ask); err != nil {
		panic(err)
	}
	about := []string{"fault", "gzip", "outcome", "unknown-members"}
	answer := object{"client": "openapi-generator (go)", "capabilities": about}
	if ask.Ask != "capabilities" {
		answer = call(ask)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		panic(err)
	}
}
