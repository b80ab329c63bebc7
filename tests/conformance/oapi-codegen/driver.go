// Drives the client of oapi-codegen: one question on standard input, one conclusion on standard
// output, as spec/scenarios/README.md says.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"reflect"

	"github.com/google/uuid"

	"conformance/generated"
)

type question struct {
	Ask       string            `json:"ask"`
	URL       string            `json:"url"`
	Token     string            `json:"token"`
	Operation string            `json:"operation"`
	Inputs    map[string]string `json:"inputs"`
}

type object = map[string]any

// ids are the parameters that every operation has.
type ids struct{ customer, transfer uuid.UUID }

// operations make a call and give a pointer to what the client answers.
var operations = map[string]func(*transfers.ClientWithResponses, ids, map[string]string) (any, error){
	"accept_transfer": func(client *transfers.ClientWithResponses, ids ids, inputs map[string]string) (any, error) {
		params := transfers.AcceptTransferParams{
			MSRequestId:     given(inputs, "MS-RequestId"),
			MSCorrelationId: given(inputs, "MS-CorrelationId"),
			XLocale:         given(inputs, "X-Locale"),
		}
		return client.AcceptTransferWithResponse(context.Background(), ids.customer, ids.transfer, &params)
	},
	"withdraw_transfer": func(client *transfers.ClientWithResponses, ids ids, inputs map[string]string) (any, error) {
		params := transfers.WithdrawTransferParams{
			MSRequestId:     given(inputs, "MS-RequestId"),
			MSCorrelationId: given(inputs, "MS-CorrelationId"),
			XLocale:         given(inputs, "X-Locale"),
		}
		return client.WithdrawTransferWithResponse(context.Background(), ids.customer, ids.transfer, &params)
	},
}

func given(inputs map[string]string, name string) *string {
	if value, ok := inputs[name]; ok {
		return &value
	}
	return nil
}

func call(ask question) object {
	failed := func(err error) object { return object{"error": object{"message": err.Error()}} }
	customer, err := uuid.Parse(ask.Inputs["customer-id"])
	if err != nil {
		return failed(err)
	}
	transfer, err := uuid.Parse(ask.Inputs["transfer-id"])
	if err != nil {
		return failed(err)
	}
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
	answer, err := operations[ask.Operation](client, ids{customer, transfer}, ask.Inputs)
	if err != nil {
		return failed(err)
	}
	return conclusion(ask.Operation, reflect.ValueOf(answer).Elem())
}

// conclusion reads the member of the answer that has the name of the status, such as JSON404.
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
	answer := object{"client": "oapi-codegen", "capabilities": []string{"fault", "gzip", "outcome"}, "operations": []string{"accept_transfer", "withdraw_transfer"}}
	if ask.Ask != "capabilities" {
		answer = call(ask)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil {
		panic(err)
	}
}
