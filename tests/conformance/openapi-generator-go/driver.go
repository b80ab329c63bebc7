// The driver of openapi-generator's Go client, as described in spec/scenarios/README.md.
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

type api = *openapi.TransfersAPIService

// operations make a call.
var operations = map[string]func(context.Context, api, question) (any, *http.Response, error){
	"list_transfers": func(ctx context.Context, client api, ask question) (any, *http.Response, error) {
		return result(headed(client.ListTransfers(ctx, ask.Inputs["customer-id"]), ask.Inputs).Execute())
	},
	"create_transfer": func(ctx context.Context, client api, ask question) (any, *http.Response, error) {
		var body openapi.CreateTransferRequest
		if err := json.Unmarshal(ask.Body, &body); err != nil {
			return nil, nil, err
		}
		return result(headed(client.CreateTransfer(ctx, ask.Inputs["customer-id"]).CreateTransferRequest(body), ask.Inputs).Execute())
	},
	"get_transfer": func(ctx context.Context, client api, ask question) (any, *http.Response, error) {
		return result(headed(client.GetTransfer(ctx, ask.Inputs["customer-id"], ask.Inputs["transfer-id"]), ask.Inputs).Execute())
	},
	"update_transfer": func(ctx context.Context, client api, ask question) (any, *http.Response, error) {
		var body openapi.UpdateTransferRequest
		if err := json.Unmarshal(ask.Body, &body); err != nil {
			return nil, nil, err
		}
		return result(headed(client.UpdateTransfer(ctx, ask.Inputs["customer-id"], ask.Inputs["transfer-id"]).UpdateTransferRequest(body), ask.Inputs).Execute())
	},
	"accept_transfer": func(ctx context.Context, client api, ask question) (any, *http.Response, error) {
		return result(headed(client.AcceptTransfer(ctx, ask.Inputs["customer-id"], ask.Inputs["transfer-id"]), ask.Inputs).Execute())
	},
	"withdraw_transfer": func(ctx context.Context, client api, ask question) (any, *http.Response, error) {
		return result(headed(client.WithdrawTransfer(ctx, ask.Inputs["customer-id"], ask.Inputs["transfer-id"]), ask.Inputs).Execute())
	},
	"get_transfer_eligibility": func(ctx context.Context, client api, ask question) (any, *http.Response, error) {
		return result(headed(client.GetTransferEligibility(ctx, ask.Inputs["customer-id"]).TransferType(ask.Inputs["transferType"]), ask.Inputs).Execute())
	},
}

// request has a type for each operation, and all have these headers.
type request[R any] interface {
	MSRequestId(string) R
	MSCorrelationId(string) R
	XLocale(string) R
}

func headed[R request[R]](request R, inputs map[string]string) R {
	if id, ok := inputs["MS-RequestId"]; ok {
		request = request.MSRequestId(id)
	}
	if id, ok := inputs["MS-CorrelationId"]; ok {
		request = request.MSCorrelationId(id)
	}
	if locale, ok := inputs["X-Locale"]; ok {
		request = request.XLocale(locale)
	}
	return request
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
	decoded, response, err := operations[ask.Operation](ctx, openapi.NewAPIClient(configuration).TransfersAPI, ask)
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
