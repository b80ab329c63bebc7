"""Drives the Python client of openapi-generator: one question on standard input, one conclusion on
standard output, as spec/scenarios/README.md says."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "generated"))

from openapi_client import ApiClient, Configuration, TransfersApi
from openapi_client.exceptions import ApiException
from openapi_client.models import CreateTransferRequest, UpdateTransferRequest

OPERATIONS = {
    "accept_transfer": TransfersApi.accept_transfer_with_http_info,
    "create_transfer": TransfersApi.create_transfer_with_http_info,
    "get_transfer": TransfersApi.get_transfer_with_http_info,
    "get_transfer_eligibility": TransfersApi.get_transfer_eligibility_with_http_info,
    "list_transfers": TransfersApi.list_transfers_with_http_info,
    "update_transfer": TransfersApi.update_transfer_with_http_info,
    "withdraw_transfer": TransfersApi.withdraw_transfer_with_http_info,
}
BODIES = {
    "create_transfer": ("create_transfer_request", CreateTransferRequest),
    "update_transfer": ("update_transfer_request", UpdateTransferRequest),
}
ARGUMENTS = {
    "transfer-id": "transfer_id",
    "transferType": "transfer_type",
    "MS-RequestId": "ms_request_id",
    "MS-CorrelationId": "ms_correlation_id",
    "X-Locale": "x_locale",
}


def present(items):
    return [item for item in items or [] if item is not None]


def outcome(result):
    orders, errors = len(present(result.orders)), len(present(result.transfer_errors))
    word = "failed" if orders == 0 else "partial" if errors > 0 else "complete"
    return {"outcome": word, "orders": orders, "errors": errors}


def written(data):
    if isinstance(data, list):
        return [written(item) for item in data]
    return json.loads(data.to_json()) if hasattr(data, "to_json") else data


def call(ask):
    inputs = ask["inputs"]
    # By default urllib3 follows redirects and retries a DELETE that may have been processed.
    configuration = Configuration(host=ask["url"], access_token=ask["token"], retries=False)
    try:
        arguments = {ARGUMENTS[name]: value for name, value in inputs.items() if name in ARGUMENTS}
        if ask.get("body") is not None:
            name, kind = BODIES[ask["operation"]]
            arguments[name] = kind.from_dict(ask["body"])
        api = TransfersApi(ApiClient(configuration))
        response = OPERATIONS[ask["operation"]](api, inputs["customer-id"], **arguments)
        answer = {"status": response.status_code, "result": written(response.data)}
        if ask["operation"] == "accept_transfer":
            answer |= outcome(response.data)
        return {"answer": answer}
    except ApiException as error:
        fault = error.data
        code = getattr(fault, "code", None)
        return {
            "error": {
                "status": error.status,
                "code": code and code.actual_instance,
                "description": getattr(fault, "description", None) or getattr(fault, "message", None),
                "message": type(error).__name__,
            }
        }
    except Exception as error:  # Each exception is a result of the call.
        return {"error": {"message": f"{type(error).__name__}: {error}"}}


ask = json.load(sys.stdin)
if ask["ask"] == "capabilities":
    about = ["fault", "outcome", "unknown-members"]
    print(json.dumps({"client": "openapi-generator (python)", "capabilities": about}))
else:
    print(json.dumps(call(ask)))
