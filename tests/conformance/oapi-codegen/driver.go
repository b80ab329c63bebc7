// The driver of the oapi-codegen client, as described in spec/scenarios/README.md.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"reflect"


	"conformance/generated"
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

// arguments of a call, in the client's types.
type arguments struct {
	customer string
	transfer string
	// headers are the same in each operation's parameters.
	headers      transfers.ListTransfersParams
	transferType string
	body         json.RawMessage
}

type client = *transfers.ClientWithResponses

var ctx = context.Background()

// operations make a call and return a pointer to the client's response.
var operations = map[string]func(client, arguments) (any, error){
	"list_transfers": func(client client, arguments arguments) (any, error) {
		return client.ListTransfersWithResponse(ctx, arguments.customer, &arguments.headers)
	},
	"create_transfer": func(client client, arguments arguments) (any, error) {
		params := transfers.CreateTransferParams(arguments.headers)
		body, err := createBody(arguments.body)
		if err != nil {
			return nil, err
		}
		return client.CreateTransferWithResponse(ctx, arguments.customer, &params, body)
	},
	"get_transfer": func(client client, arguments arguments) (any, error) {
		params := transfers.GetTransferParams(arguments.headers)
		return client.GetTransferWithResponse(ctx, arguments.customer, arguments.transfer, &params)
	},
	"update_transfer": func(client client, arguments arguments) (any, error) {
		params := transfers.UpdateTransferParams(arguments.headers)
		body, err := updateBody(arguments.body)
		if err != nil {
			return nil, err
		}
		return client.UpdateTransferWithResponse(ctx, arguments.customer, arguments.transfer, &params, body)
	},
	"accept_transfer": func(client client, arguments arguments) (any, error) {
		params := transfers.AcceptTransferParams(arguments.headers)
		return client.AcceptTransferWithResponse(ctx, arguments.customer, arguments.transfer, &params)
	},
	"withdraw_transfer": func(client client, arguments arguments) (any, error) {
		params := transfers.WithdrawTransferParams(arguments.headers)
		return client.WithdrawTransferWithResponse(ctx, arguments.customer, arguments.transfer, &params)
	},
	"get_transfer_eligibility": func(client client, arguments arguments) (any, error) {
		params := transfers.GetTransferEligibilityParams{
			TransferType:    arguments.transferType,
			MSRequestId:     arguments.headers.MSRequestId,
			MSCorrelationId: arguments.headers.MSCorrelationId,
			XLocale:         arguments.headers.XLocale,
		}
		return client.GetTransferEligibilityWithResponse(ctx, arguments.customer, &params)
	},
}

// createBody decodes the type that a caller would use, since the union alone would pass on the raw text.
func createBody(text json.RawMessage) (body transfers.CreateTransferRequest, err error) {
	var members object
	if err = json.Unmarshal(text, &members); err != nil {
		return body, err
	}
	if _, licensed := members["lineItems"]; licensed {
		err = through(text, body.FromCreateLicenseBasedTransferRequest)
	} else {
		err = through(text, body.FromCreateNewCommerceTransferRequest)
	}
	return body, err
}

func updateBody(text json.RawMessage) (body transfers.UpdateTransferRequest, err error) {
	var members object
	if err = json.Unmarshal(text, &members); err != nil {
		return body, err
	}
	switch members["status"] {
	case "reject":
		err = through(text, body.FromRejectTransferRequest)
	case "Cancel":
		err = through(text, body.FromCancelTransferRequest)
	default:
		err = through(text, body.FromAcceptNewCommerceTransferRequest)
	}
	return body, err
}

func through[T any](text json.RawMessage, set func(T) error) error {
	var typed T
	if err := json.Unmarshal(text, &typed); err != nil {
		return err
	}
	return set(typed)
}

func given(inputs map[string]string, name string) *string {
	if value, ok := inputs[name]; ok {
		return &value
	}
	return nil
}

func call(ask question) object {
	failed := func(err error) object { return object{"error": object{"message": err.Error()}} }
	headers := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+ask.Token)
		request.Header.Set("Accept", "application/json")
		return nil
	}
	noRedirect := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	client, err := transfers.NewClientWithResponses(
		ask.URL, transfers.WithHTTPClient(noRedirect), transfers.WithRequestEditorFn(headers))
	if err != nil {
		return failed(err)
	}
	answer, err := operations[ask.Operation](client, arguments{
		customer: ask.Inputs["customer-id"],
		transfer: ask.Inputs["transfer-id"],
		headers: transfers.ListTransfersParams{
			MSRequestId:     given(ask.Inputs, "MS-RequestId"),
			MSCorrelationId: given(ask.Inputs, "MS-CorrelationId"),
			XLocale:         given(ask.Inputs, "X-Locale"),
		},
		transferType: ask.Inputs["transferType"],
		body:         ask.Body,
	})
	if err != nil {
		return failed(err)
	}
	return conclusion(ask.Operation, reflect.ValueOf(answer).Elem())
}

// conclusion reads the member of the response that is named after the status, such as JSON404.
func conclusion(operation string, answer reflect.Value) object {
	status := answer.FieldByName("HTTPResponse").Interface().(*http.Response).StatusCode
	var decoded any
	if field := answer.FieldByName(fmt.Sprintf("JSON%d", status)); field.IsValid() && !field.IsNil() {
		decoded = field.Interface()
	}
	if status >= 300 {
		failure := object{"status": status}
		switch fault := decoded.(type) {
		case *transfers.Fault:
			failure["code"], failure["description"] = fault.Code, fault.Description
			if fault.Description == nil {
				failure["description"] = fault.Message
			}
		case *transfers.RateLimitFault:
			failure["description"] = fault.Message
		}
		return object{"error": failure}
	}
	concluded := object{"status": status, "result": decoded}
	if operation == "accept_transfer" {
		result, ok := decoded.(*transfers.TransferSubmitResult)
		if !ok {
			return object{"error": object{"status": status, "message": "no decoded answer"}}
		}
		orders, errors := count(result.Orders), count(result.TransferErrors)
		concluded["orders"], concluded["errors"] = orders, errors
		concluded["outcome"] = outcome(orders, errors)
	}
	return object{"answer": concluded}
}

func count[T any](list *[]T) int {
	if list == nil {
		return 0
	}
	return len(*list)
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
	answer := object{"client": "oapi-codegen", "capabilities": []string{"fault", "gzip", "outcome"}}
	if ask.Ask != "capabilities" {
		answer = call(ask)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		panic(err)
	}
}
