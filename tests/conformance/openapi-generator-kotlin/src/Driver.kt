// The driver of openapi-generator's Kotlin client, as described in spec/scenarios/README.md.

import com.fasterxml.jackson.core.JsonProcessingException
import com.fasterxml.jackson.databind.JsonNode
import java.io.IOException
import okhttp3.OkHttpClient
import org.openapitools.client.apis.TransfersApi
import org.openapitools.client.infrastructure.ApiResponse
import org.openapitools.client.infrastructure.ClientError
import org.openapitools.client.infrastructure.Serializer
import org.openapitools.client.infrastructure.ServerError
import org.openapitools.client.infrastructure.Success
import org.openapitools.client.models.CreateTransferRequest
import org.openapitools.client.models.Fault
import org.openapitools.client.models.RateLimitFault
import org.openapitools.client.models.TransferSubmitResult
import org.openapitools.client.models.UpdateTransferRequest

/** Reads and writes models as the client itself does. */
private val json = Serializer.jacksonObjectMapper

fun main() {
    val ask = json.readTree(System.`in`)
    val answer =
        if (ask["ask"].asText() == "capabilities") {
            mapOf(
                "client" to "openapi-generator (kotlin)",
                "capabilities" to listOf("fault", "outcome"),
            )
        } else {
            call(ask)
        }
    System.out.write(json.writeValueAsBytes(answer))
    System.out.flush()
}

private fun call(ask: JsonNode): Map<String, Any?> =
    try {
        val response = response(ask)
        when (response) {
            is Success<*> -> answer(ask["operation"].asText(), response.statusCode, response.data)
            is ClientError<*> -> failure(response.statusCode, response.body)
            is ServerError<*> -> failure(response.statusCode, response.body)
            else -> failure(response.statusCode, null)
        }
    } catch (error: IOException) {
        mapOf("error" to mapOf("message" to error.toString()))
    } catch (error: RuntimeException) {
        mapOf("error" to mapOf("message" to error.toString()))
    }

private fun response(ask: JsonNode): ApiResponse<*> {
    // By default OkHttp follows redirects, and retries a call whose connection was lost.
    val http = OkHttpClient.Builder().followRedirects(false).retryOnConnectionFailure(false).build()
    val api = TransfersApi(ask["url"].asText(), http)
    api.accessTokenProvider = { ask["token"].asText() }
    val input = { name: String -> ask["inputs"][name]?.asText() }
    val customer = input("customer-id")!!
    val transfer = input("transfer-id").orEmpty()
    val request = input("MS-RequestId")
    val correlation = input("MS-CorrelationId")
    val locale = input("X-Locale")
    return when (val operation = ask["operation"].asText()) {
        "list_transfers" -> api.listTransfersWithHttpInfo(customer, request, correlation, locale, null)
        "create_transfer" -> {
            val body = json.treeToValue(ask["body"], CreateTransferRequest::class.java)
            api.createTransferWithHttpInfo(customer, body, request, correlation, locale, null)
        }
        "get_transfer" ->
            api.getTransferWithHttpInfo(customer, transfer, request, correlation, locale, null)
        "update_transfer" -> {
            val body = json.treeToValue(ask["body"], UpdateTransferRequest::class.java)
            api.updateTransferWithHttpInfo(customer, transfer, body, request, correlation, locale, null)
        }
        "accept_transfer" ->
            api.acceptTransferWithHttpInfo(customer, transfer, request, correlation, locale, null)
        "withdraw_transfer" ->
            api.withdrawTransferWithHttpInfo(customer, transfer, request, correlation, locale, null)
        "get_transfer_eligibility" -> {
            val type = input("transferType")!!
            api.getTransferEligibilityWithHttpInfo(customer, type, request, correlation, locale, null)
        }
        else -> throw IllegalArgumentException("unknown operation: $operation")
    }
}

private fun answer(operation: String, status: Int, result: Any?): Map<String, Any?> {
    // `acceptTransfer` and the others cast the result, which fails without one.
    if (result == null && operation != "withdraw_transfer") {
        return mapOf("error" to mapOf("status" to status, "message" to "no decoded answer"))
    }
    val answer = mutableMapOf("status" to status, "result" to result)
    if (result is TransferSubmitResult) {
        val orders = count(result.orders)
        val errors = count(result.transferErrors)
        answer["orders"] = orders
        answer["errors"] = errors
        answer["outcome"] = if (orders == 0) "failed" else if (errors > 0) "partial" else "complete"
    }
    return mapOf("answer" to answer)
}

/** Jackson puts null in a list whose items Kotlin declares as not null. */
private fun count(list: List<*>?): Int = list.orEmpty().count { it != null }

/** The client keeps the body of an error response as text, and its models decode it. */
private fun failure(status: Int, body: Any?): Map<String, Any?> {
    val failure = mutableMapOf<String, Any?>("status" to status)
    try {
        if (status == 429) {
            failure["description"] = json.readValue(body.toString(), RateLimitFault::class.java)?.message
        } else {
            val fault = json.readValue(body.toString(), Fault::class.java)
            failure["code"] = fault?.code
            failure["description"] = fault?.description ?: fault?.message
        }
    } catch (unreadable: JsonProcessingException) {
        failure["message"] = "a body that is not a fault"
    }
    return mapOf("error" to failure)
}
