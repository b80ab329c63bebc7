"""Drives the client of openapi-python-client: one question on standard input, one conclusion on
standard output, as spec/scenarios/README.md says."""

import json
import sys
from uuid import UUID

from generated import AuthenticatedClient
from generated.api.transfers import accept_transfer, withdraw_transfer
from generated.models import Fault, RateLimitFault
from generated.types import Unset

OPERATIONS = {
    "accept_transfer": accept_transfer.sync_detailed,
    "withdraw_transfer": withdraw_transfer.sync_detailed,
}
HEADERS = {
    "MS-RequestId": "ms_request_id",
    "MS-CorrelationId": "ms_correlation_id",
    "X-Locale": "x_locale",
}


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
        response = OPERATIONS[ask["operation"]](
            UUID(inputs["customer-id"]),
            UUID(inputs["transfer-id"]),
            client=client,
            **{HEADERS[name]: value for name, value in inputs.items() if name in HEADERS},
        )
        return conclusion(ask["operation"], response)
    except Exception as error:  # Whatever it throws is what its caller is told.
        status = getattr(error, "status_code", None)
        return {"error": {"status": status, "message": f"{type(error).__name__}: {error}"}}


def conclusion(operation, response):
    status, parsed = int(response.status_code), response.parsed
    if status >= 300:
        if isinstance(parsed, RateLimitFault):
            return {"error": {"status": status, "description": said(parsed.message)}}
        fault = parsed if isinstance(parsed, Fault) else Fault()
        description = said(fault.description) or said(fault.message)
        return {"error": {"status": status, "code": said(fault.code), "description": description}}
    answer = {"status": status, "result": parsed.to_dict() if parsed is not None else None}
    if operation == "accept_transfer":
        answer |= outcome(parsed)
    return {"answer": answer}


ask = json.load(sys.stdin)
if ask["ask"] == "capabilities":
    about = ["fault", "gzip", "outcome", "unknown-members"]
    print(json.dumps({"client": "openapi-python-client", "capabilities": about, "operations": ["accept_transfer", "withdraw_transfer"]}))
else:
    print(json.dumps(call(ask)))
