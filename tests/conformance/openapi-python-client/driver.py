"""Drives the client of openapi-python-client: one question on standard input, one conclusion on
standard output, as spec/scenarios/README.md says."""

import json
import sys

from generated import AuthenticatedClient
from generated.api.transfers import (
    accept_transfer,
    create_transfer,
    get_transfer,
    get_transfer_eligibility,
    list_transfers,
    update_transfer,
    withdraw_transfer,
)
from generated.models import (
    AcceptNewCommerceTransferRequest,
    CancelTransferRequest,
    CreateLicenseBasedTransferRequest,
    CreateNewCommerceTransferRequest,
    Fault,
    RateLimitFault,
    RejectTransferRequest,
)
from generated.types import Unset

OPERATIONS = {
    "accept_transfer": accept_transfer.sync_detailed,
    "create_transfer": create_transfer.sync_detailed,
    "get_transfer": get_transfer.sync_detailed,
    "get_transfer_eligibility": get_transfer_eligibility.sync_detailed,
    "list_transfers": list_transfers.sync_detailed,
    "update_transfer": update_transfer.sync_detailed,
    "withdraw_transfer": withdraw_transfer.sync_detailed,
}
ARGUMENTS = {
    "transfer-id": "transfer_id",
    "transferType": "transfer_type",
    "MS-RequestId": "ms_request_id",
    "MS-CorrelationId": "ms_correlation_id",
    "X-Locale": "x_locale",
}


def request(operation, body):
    """The body as the type that a caller would take for it."""
    if operation == "create_transfer":
        licensed = "lineItems" in body
        kind = CreateLicenseBasedTransferRequest if licensed else CreateNewCommerceTransferRequest
    else:
        kinds = {"reject": RejectTransferRequest, "Cancel": CancelTransferRequest}
        kind = kinds.get(body.get("status"), AcceptNewCommerceTransferRequest)
    return kind.from_dict(body)


def said(value):
    return None if isinstance(value, Unset) else value


def present(items):
    return [item for item in said(items) or [] if item is not None]


def outcome(result):
    orders, errors = len(present(result.orders)), len(present(result.transfer_errors))
    word = "failed" if orders == 0 else "partial" if errors > 0 else "complete"
    return {"outcome": word, "orders": orders, "errors": errors}


def call(ask):
    inputs = ask["inputs"]
    client = AuthenticatedClient(
        base_url=ask["url"],
        token=ask["token"],
        headers={"Accept": "application/json"},
        raise_on_unexpected_status=True,
    )
    try:
        arguments = {ARGUMENTS[name]: value for name, value in inputs.items() if name in ARGUMENTS}
        if ask.get("body") is not None:
            arguments["body"] = request(ask["operation"], ask["body"])
        customer = inputs["customer-id"]
        response = OPERATIONS[ask["operation"]](customer, client=client, **arguments)
        return conclusion(ask["operation"], response)
    except Exception as error:  # Each exception is a result of the call.
        status = getattr(error, "status_code", None)
        return {"error": {"status": status, "message": f"{type(error).__name__}: {error}"}}


def written(parsed):
    if isinstance(parsed, list):
        return [item.to_dict() for item in parsed]
    return None if parsed is None else parsed.to_dict()


def conclusion(operation, response):
    status, parsed = int(response.status_code), response.parsed
    if status >= 300:
        if isinstance(parsed, RateLimitFault):
            return {"error": {"status": status, "description": said(parsed.message)}}
        fault = parsed if isinstance(parsed, Fault) else Fault()
        description = said(fault.description) or said(fault.message)
        return {"error": {"status": status, "code": said(fault.code), "description": description}}
    answer = {"status": status, "result": written(parsed)}
    if operation == "accept_transfer":
        answer |= outcome(parsed)
    return {"answer": answer}


ask = json.load(sys.stdin)
if ask["ask"] == "capabilities":
    about = ["fault", "gzip", "outcome", "unknown-members"]
    print(json.dumps({"client": "openapi-python-client", "capabilities": about}))
else:
    print(json.dumps(call(ask)))
