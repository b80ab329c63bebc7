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
import org.openapitools.client.model.Fault;
import org.openapitools.client.model.RateLimitFault;
import org.openapitools.client.model.TransferSubmitResult;

final class Driver {
  private interface Operation {
    ApiResponse<?> call(TransfersApi api, Map<String, String> inputs) throws ApiException;
  }

  private static final Map<String, Operation> OPERATIONS =
      Map.of(
          "accept_transfer",
          (api, inputs) ->
              api.acceptTransferWithHttpInfo(
                  UUID.fromString(inputs.get("customer-id")),
                  UUID.fromString(inputs.get("transfer-id")),
                  inputs.get("MS-RequestId"),
                  inputs.get("MS-CorrelationId"),
                  inputs.get("X-Locale")),
          "withdraw_transfer",
          (api, inputs) ->
              api.withdrawTransferWithHttpInfo(
                  UUID.fromString(inputs.get("customer-id")),
                  UUID.fromString(inputs.get("transfer-id")),
                  inputs.get("MS-RequestId"),
                  inputs.get("MS-CorrelationId"),
                  inputs.get("X-Locale")));

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
                "capabilities", List.of("fault", "outcome"),
                "operations", List.of("accept_transfer", "withdraw_transfer"))
            : call(client, ask);
    System.out.println(json.writeValueAsString(answer));
  }

  private static Map<String, Object> call(ApiClient client, JsonNode ask) {
    String token = "Bearer " + ask.get("token").asText();
    client.updateBaseUri(ask.get("url").asText());
    client.setRequestInterceptor(request -> request.header("Authorization", token));
    Map<String, String> inputs = new HashMap<>();
    ask.get("inputs").fields().forEachRemaining(it -> inputs.put(it.getKey(), it.getValue().asText()));
    try {
      String operation = ask.get("operation").asText();
      ApiResponse<?> response = OPERATIONS.get(operation).call(new TransfersApi(client), inputs);
      return Map.of("answer", answer(operation, response));
    } catch (ApiException error) {
      return Map.of("error", failure(client.getObjectMapper(), error));
    } catch (RuntimeException error) {
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
