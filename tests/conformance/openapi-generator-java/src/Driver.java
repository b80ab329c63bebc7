// The driver of openapi-generator's Java client, as described in spec/scenarios/README.md.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
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
    ApiResponse<?> call(TransfersApi api, Inputs in, Body body) throws ApiException, IOException;
  }

  /** The parameters of the question, in the client's types. */
  private record Inputs(
      String customer, String transfer, String type, String request, String correlation, String locale) {
    static Inputs of(JsonNode inputs) {
      Function<String, String> text =
          name -> inputs.hasNonNull(name) ? inputs.get(name).asText() : null;
      return new Inputs(
          text.apply("customer-id"),
          text.apply("transfer-id"),
          text.apply("transferType"),
          text.apply("MS-RequestId"),
          text.apply("MS-CorrelationId"),
          text.apply("X-Locale"));
    }
  }

  /** The body of the question, decoded as a type of the client. */
  private interface Body {
    <T> T as(Class<T> type) throws IOException;
  }

  /** No question asks for this header. */
  private static final Boolean VALIDATE_MFA = null;

  private static final Map<String, Operation> OPERATIONS =
      Map.of(
          "list_transfers",
          (api, in, body) ->
              api.listTransfersWithHttpInfo(
                  in.customer, in.request, in.correlation, in.locale, VALIDATE_MFA),
          "create_transfer",
          (api, in, body) ->
              api.createTransferWithHttpInfo(
                  in.customer, create(body), in.request, in.correlation, in.locale, VALIDATE_MFA),
          "get_transfer",
          (api, in, body) ->
              api.getTransferWithHttpInfo(
                  in.customer, in.transfer, in.request, in.correlation, in.locale, VALIDATE_MFA),
          "update_transfer",
          (api, in, body) ->
              api.updateTransferWithHttpInfo(
                  in.customer, in.transfer, update(body), in.request, in.correlation, in.locale, VALIDATE_MFA),
          "accept_transfer",
          (api, in, body) ->
              api.acceptTransferWithHttpInfo(
                  in.customer, in.transfer, in.request, in.correlation, in.locale, VALIDATE_MFA),
          "withdraw_transfer",
          (api, in, body) ->
              api.withdrawTransferWithHttpInfo(
                  in.customer, in.transfer, in.request, in.correlation, in.locale, VALIDATE_MFA),
          "get_transfer_eligibility",
          (api, in, body) ->
              api.getTransferEligibilityWithHttpInfo(
                  in.customer, in.type, in.request, in.correlation, in.locale, VALIDATE_MFA));

  /** Decodes the type that a caller would use, since the client cannot distinguish the types. */
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
    // By default numbers match text too, and a oneOf of both, such as an error code, is rejected.
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
      Inputs inputs = Inputs.of(ask.get("inputs"));
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

  /** The client keeps the body of an error response as text, and its models decode it. */
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
      failure.put("message", "a body that is not a fault");
    }
    return failure;
  }
}
