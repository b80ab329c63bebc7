// Drives the Java client of openapi-generator: one question on standard input, one conclusion on
// standard output, as spec/scenarios/README.md says.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.ApiResponse;
import org.openapitools.client.api.TransfersApi;
import org.openapitools.client.model.AcceptNewCommerceTransferRequest;
import org.openapitools.client.model.CancelTransferRequest;
import org.openapitools.client.model.CreateLicenseBasedTransferRequest;
import org.openapitools.client.model.CreateNewCommerceTransferRequest;
import org.openapitools.client.model.CreateTransferRequest;
import org.openapitools.client.model.Fault;
import org.openapitools.client.model.RateLimitFault;
import org.openapitools.client.model.RejectTransferRequest;
import org.openapitools.client.model.TransferSubmitResult;
import org.openapitools.client.model.UpdateTransferRequest;

final class Driver {
  private interface Operation {
    ApiResponse<?> call(TransfersApi api, Map<String, String> inputs, Body body)
        throws ApiException, IOException;
  }

  /** The body of the question, read as a type of the client. */
  private interface Body {
    <T> T as(Class<T> type) throws IOException;
  }

  private static final Map<String, Operation> OPERATIONS =
      Map.of(
          "list_transfers",
          (api, inputs, body) ->
              api.listTransfersWithHttpInfo(
                  UUID.fromString(inputs.get("customer-id")),
                  inputs.get("MS-RequestId"),
                  inputs.get("MS-CorrelationId"),
                  inputs.get("X-Locale")),
          "create_transfer",
          (api, inputs, body) ->
              api.createTransferWithHttpInfo(
                  UUID.fromString(inputs.get("customer-id")),
                  create(body),
                  inputs.get("MS-RequestId"),
                  inputs.get("MS-CorrelationId"),
                  inputs.get("X-Locale")),
          "get_transfer",
          (api, inputs, body) ->
              api.getTransferWithHttpInfo(
                  UUID.fromString(inputs.get("customer-id")),
                  inputs.get("transfer-id"),
                  inputs.get("MS-RequestId"),
                  inputs.get("MS-CorrelationId"),
                  inputs.get("X-Locale")),
          "update_transfer",
          (api, inputs, body) ->
              api.updateTransferWithHttpInfo(
                  UUID.fromString(inputs.get("customer-id")),
                  inputs.get("transfer-id"),
                  update(body),
                  inputs.get("MS-RequestId"),
                  inputs.get("MS-CorrelationId"),
                  inputs.get("X-Locale")),
          "accept_transfer",
          (api, inputs, body) ->
              api.acceptTransferWithHttpInfo(
                  UUID.fromString(inputs.get("customer-id")),
                  inputs.get("transfer-id"),
                  inputs.get("MS-RequestId"),
                  inputs.get("MS-CorrelationId"),
                  inputs.get("X-Locale")),
          "withdraw_transfer",
          (api, inputs, body) ->
              api.withdrawTransferWithHttpInfo(
                  UUID.fromString(inputs.get("customer-id")),
                  inputs.get("transfer-id"),
                  inputs.get("MS-RequestId"),
                  inputs.get("MS-CorrelationId"),
                  inputs.get("X-Locale")),
          "get_transfer_eligibility",
          (api, inputs, body) ->
              api.getTransferEligibilityWithHttpInfo(
                  UUID.fromString(inputs.get("customer-id")),
                  inputs.get("transferType"),
                  inputs.get("MS-RequestId"),
                  inputs.get("MS-CorrelationId"),
                  inputs.get("X-Locale")));

  /** Takes the type that a caller would: the client does not find out which of them a JSON is. */
  private static CreateTransferRequest create(Body body) throws IOException {
    return body.as(JsonNode.class).has("lineItems")
        ? new CreateTransferRequest(body.as(CreateLicenseBasedTransferRequest.class))
        : new CreateTransferRequest(body.as(CreateNewCommerceTransferRequest.class));
  }

  private static UpdateTransferRequest update(Body body) throws IOException {
    return switch (body.as(JsonNode.class).path("status").asText()) {
      case "reject" -> new UpdateTransferRequest(body.as(RejectTransferRequest.class));
      case "Cancel" -> new UpdateTransferRequest(body.as(CancelTransferRequest.class));
      default -> new UpdateTransferRequest(body.as(AcceptNewCommerceTransferRequest.class));
    };
  }

  public static void main(String[] arguments) throws IOException {
    ApiClient client = new ApiClient();
    ObjectMapper json = client.getObjectMapper();
    // Or a number is taken for text too, and a oneOf of both, such as an error code, is refused.
    json.configure(MapperFeature.ALLOW_COERCION_OF_SCALARS, false);
    client.setObjectMapper(json);
    JsonNode ask = json.readTree(System.in);
    Map<String, Object> answer =
        ask.get("ask").asText().equals("capabilities")
            ? Map.of(
                "client", "openapi-generator (java)",
                "capabilities", List.of("fault", "outcome"))
            : call(client, ask);
    System.out.println(json.writeValueAsString(answer));
  }

  private static Map<String, Object> call(ApiClient client, JsonNode ask) {
    String token = "Bearer " + ask.get("token").asText();
    client.updateBaseUri(ask.get("url").asText());
    client.setRequestInterceptor(request -> request.header("Authorization", token));
    Map<String, String> inputs = new HashMap<>();
    ask.get("inputs").fields().forEachRemaining(it -> inputs.put(it.getKey(), it.getValue().asText()));
    ObjectMapper json = client.getObjectMapper();
    Body body =
        new Body() {
          @Override
          public <T> T as(Class<T> type) throws IOException {
            return json.treeToValue(ask.get("body"), type);
          }
        };
    try {
      String operation = ask.get("operation").asText();
      ApiResponse<?> response = OPERATIONS.get(operation).call(new TransfersApi(client), inputs, body);
      return Map.of("answer", answer(operation, response));
    } catch (ApiException error) {
      return Map.of("error", failure(json, error));
    } catch (IOException | RuntimeException error) {
      return Map.of("error", Map.of("message", String.valueOf(error)));
    }
  }

  private static Map<String, Object> answer(String operation, ApiResponse<?> response) {
    Map<String, Object> answer = new HashMap<>();
    answer.put("status", response.getStatusCode());
    answer.put("result", response.getData());
    if (operation.equals("accept_transfer")) {
      TransferSubmitResult result = (TransferSubmitResult) response.getData();
      long orders = count(result.getOrders());
      long errors = count(result.getTransferErrors());
      answer.put("orders", orders);
      answer.put("errors", errors);
      answer.put("outcome", orders == 0 ? "failed" : errors > 0 ? "partial" : "complete");
    }
    return answer;
  }

  private static long count(List<?> list) {
    return list == null ? 0 : list.stream().filter(Objects::nonNull).count();
  }

  /** The client keeps the body of a refusal as text; its models read it. */
  private static Map<String, Object> failure(ObjectMapper json, ApiException error) {
    Map<String, Object> failure = new HashMap<>();
    if (error.getCode() == 0) {
      failure.put("message", String.valueOf(error.getMessage()));
      return failure;
    }
    failure.put("status", error.getCode());
    String body = String.valueOf(error.getResponseBody());
    try {
      if (error.getCode() == 429) {
        failure.put("description", json.readValue(body, RateLimitFault.class).getMessage());
      } else {
        Fault fault = json.readValue(body, Fault.class);
        failure.put("code", fault.getCode());
        String description = fault.getDescription();
        failure.put("description", description != null ? description : fault.getMessage());
      }
    } catch (IOException unreadable) {
      failure.put("message", "a body that is no fault");
    }
    return failure;
  }
}
