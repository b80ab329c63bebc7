// The driver of the ogen client, as described in spec/scenarios/README.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"reflect"

	"github.com/ogen-go/ogen/validate"

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

// token is the source of access tokens that the client asks for.
type token string

func (token token) HandleBearer(ctx context.Context, _ transfers.OperationName, _ transfers.Bearer) (context.Context, transfers.Bearer, error) {
	return ctx, transfers.Bearer{Token: string(token)}, nil
}

func (token token) Bearer(context.Context, transfers.OperationName) (transfers.Bearer, error) {
	return transfers.Bearer{Token: string(token)}, nil
}

// transport adds the header Accept, which the client does not send, and keeps the status, since the
// client returns a type for each status instead.
type transport struct {
	status int
}

func (transport *transport) Do(request *http.Request) (*http.Response, error) {
	request.Header.Set("Accept", "application/json")
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	response, err := client.Do(request)
	if err == nil {
		transport.status = response.StatusCode
	}
	return response, err
}

var ctx = context.Background()

// operations make a call and return a pointer to the type for the status.
var operations = map[string]func(*transfers.Client, transfers.GetTransferParams, question) (any, error){
	"list_transfers": func(client *transfers.Client, in transfers.GetTransferParams, _ question) (any, error) {
		return client.ListTransfers(ctx, transfers.ListTransfersParams{
			CustomerID: in.CustomerID, MSRequestId: in.MSRequestId, MSCorrelationId: in.MSCorrelationId, XLocale: in.XLocale,
		})
	},
	"create_transfer": func(client *transfers.Client, in transfers.GetTransferParams, ask question) (any, error) {
		body, err := createBody(ask.Body)
		if err != nil {
			return nil, err
		}
		return client.CreateTransfer(ctx, body, transfers.CreateTransferParams{
			CustomerID: in.CustomerID, MSRequestId: in.MSRequestId, MSCorrelationId: in.MSCorrelationId, XLocale: in.XLocale,
		})
	},
	"get_transfer": func(client *transfers.Client, in transfers.GetTransferParams, _ question) (any, error) {
		return client.GetTransfer(ctx, in)
	},
	"update_transfer": func(client *transfers.Client, in transfers.GetTransferParams, ask question) (any, error) {
		body, err := updateBody(ask.Body)
		if err != nil {
			return nil, err
		}
		return client.UpdateTransfer(ctx, body, transfers.UpdateTransferParams(in))
	},
	"accept_transfer": func(client *transfers.Client, in transfers.GetTransferParams, _ question) (any, error) {
		return client.AcceptTransfer(ctx, transfers.AcceptTransferParams(in))
	},
	"withdraw_transfer": func(client *transfers.Client, in transfers.GetTransferParams, _ question) (any, error) {
		return client.WithdrawTransfer(ctx, transfers.WithdrawTransferParams(in))
	},
	"get_transfer_eligibility": func(client *transfers.Client, in transfers.GetTransferParams, ask question) (any, error) {
		return client.GetTransferEligibility(ctx, transfers.GetTransferEligibilityParams{
			CustomerID: in.CustomerID, TransferType: ask.Inputs["transferType"],
			MSRequestId: in.MSRequestId, MSCorrelationId: in.MSCorrelationId, XLocale: in.XLocale,
		})
	},
}

// createBody decodes the type that a caller would use.
func createBody(text json.RawMessage) (body transfers.CreateTransferRequest, err error) {
	var members object
	if err = json.Unmarshal(text, &members); err != nil {
		return body, err
	}
	if _, licensed := members["lineItems"]; licensed {
		err = through(text, body.SetCreateLicenseBasedTransferRequest)
	} else {
		err = through(text, body.SetCreateNewCommerceTransferRequest)
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
		err = through(text, body.SetRejectTransferRequest)
	case "Cancel":
		err = through(text, body.SetCancelTransferRequest)
	default:
		err = through(text, body.SetAcceptNewCommerceTransferRequest)
	}
	return body, err
}

func through[T any](text json.RawMessage, set func(T)) error {
	var typed T
	err := json.Unmarshal(text, &typed)
	set(typed)
	return err
}

func params(inputs map[string]string) (params transfers.GetTransferParams) {
	params.CustomerID = transfers.CustomerId(inputs["customer-id"])
	params.TransferID = transfers.TransferId(inputs["transfer-id"])
	if value, ok := inputs["MS-RequestId"]; ok {
		params.MSRequestId.SetTo(transfers.RequestId(value))
	}
	if value, ok := inputs["MS-CorrelationId"]; ok {
		params.MSCorrelationId.SetTo(transfers.CorrelationId(value))
	}
	if value, ok := inputs["X-Locale"]; ok {
		params.XLocale.SetTo(value)
	}
	return params
}

func call(ask question) object {
	transport := &transport{}
	client, err := transfers.NewClient(ask.URL, token(ask.Token), transfers.WithClient(transport))
	if err != nil {
		return object{"error": object{"message": err.Error()}}
	}
	answer, err := operations[ask.Operation](client, params(ask.Inputs), ask)
	if err != nil {
		failure := object{"message": err.Error()}
		var unexpected *validate.UnexpectedStatusCodeError
		if errors.As(err, &unexpected) {
			failure["status"] = unexpected.StatusCode
		}
		return object{"error": failure}
	}
	// A type with headers holds the body in the member Response.
	decoded := answer
	if member := reflect.ValueOf(answer).Elem().FieldByName("Response"); member.IsValid() {
		decoded = member.Addr().Interface()
	}
	return conclusion(transport.status, decoded)
}

func conclusion(status int, decoded any) object {
	if status >= 300 {
		failure := object{"status": status}
		switch fault := decoded.(type) {
		case *transfers.Fault:
			failure["code"], failure["description"] = code(fault.Code), said(fault.Description)
			if failure["description"] == nil {
				failure["description"] = said(fault.Message)
			}
		case *transfers.RateLimitFault:
			failure["description"] = said(fault.Message)
		}
		return object{"error": failure}
	}
	concluded := object{"status": status, "result": decoded}
	if _, empty := decoded.(*transfers.WithdrawTransferNoContent); empty {
		delete(concluded, "result")
	}
	if result, accepted := decoded.(*transfers.TransferSubmitResult); accepted {
		orders, errors := len(result.Orders.Value), len(result.TransferErrors.Value)
		concluded["orders"], concluded["errors"] = orders, errors
		concluded["outcome"] = outcome(orders, errors)
	}
	return object{"answer": concluded}
}

func code(code transfers.OptErrorCode) any {
	if number, ok := code.Value.GetInt(); ok {
		return number
	}
	if text, ok := code.Value.GetString(); ok {
		return text
	}
	return nil
}

func said(text transfers.OptNilString) any {
	if value, ok := text.Get(); ok {
		return value
	}
	return nil
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
	answer := object{"client": "ogen", "capabilities": []string{"fault", "gzip", "outcome"}}
	if ask.Ask != "capabilities" {
		answer = call(ask)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		panic(err)
	}
}
