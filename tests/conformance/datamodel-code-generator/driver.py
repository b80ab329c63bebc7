"""Drives the models of datamodel-code-generator over httpx: one question on standard input, one
conclusion on standard output, as spec/scenarios/README.md says."""

import json
import sys

import httpx
from pydantic import TypeAdapter, ValidationError

from generated.models import (
    CreateTransferRequest,
    Fault,
    RateLimitFault,
    TransferEligibility,
    TransferEntity,
    TransferSubmitResult,
    UpdateTransferRequest,
    WithdrawTransferResult,
)

# The method, the path, the type of the body, and the types of the successes. The generator makes models
# only: a caller writes these.
OPERATIONS = {
    "accept_transfer": (
        "POST", "/transfers/{transfer-id}/accept", None, {200: TransferSubmitResult, 201: TransferSubmitResult}
    ),
    "create_transfer": (
        "POST", "/transfers", CreateTransferRequest, {200: TransferEntity, 201: TransferEntity}
    ),
    "get_transfer": ("GET", "/transfers/{transfer-id}", None, {200: TransferEntity}),
    "get_transfer_eligibility": ("GET", "/transferseligibility", None, {200: list[TransferEligibility]}),
    "list_transfers": ("GET", "/transfers", None, {200: list[TransferEntity]}),
    "update_transfer": (
        "PATCH", "/transfers/{transfer-id}", UpdateTransferRequest, {200: TransferEntity, 201: TransferEntity}
    ),
    "withdraw_transfer": ("DELETE", "/transfers/{transfer-id}", None, {200: WithdrawTransferResult, 204: None}),
}


def written(value):
    """The JSON of a model, with the members that it has a value for."""
    return TypeAdapter(type(value)).dump_python(value, mode="json", by_alias=True, exclude_unset=True)


def outcome(result):
    orders, errors = len(result.orders or []), len(result.transferErrors or [])
    word = "failed" if orders == 0 else "partial" if errors > 0 else "complete"
    return {"outcome": word, "orders": orders, "errors": errors}


def failure(response):
    """What the models read of an error."""
    said = {"status": response.status_code}
    try:
        if response.status_code == 429:
            return said | {"description": RateLimitFault.model_validate_json(response.content).message}
        fault = Fault.model_validate_json(response.content)
    except ValidationError:
        return said
    code = fault.code and fault.code.root
    return said | {"code": code, "description": fault.description or fault.message}


def call(ask):
    inputs = ask["inputs"]
    method, path, body, successes = OPERATIONS[ask["operation"]]
    headers = {"Authorization": f"Bearer {ask['token']}", "Accept": "application/json"}
    names = ("MS-RequestId", "MS-CorrelationId", "X-Locale")
    headers |= {name: inputs[name] for name in names if name in inputs}
    try:
        content = None
        if body is not None:
            content = body.model_validate(ask["body"]).model_dump_json(by_alias=True, exclude_unset=True)
            headers["Content-Type"] = "application/json"
        url = ask["url"] + "/v1/customers/{customer-id}".format(**inputs) + path.format(**inputs)
        query = {"transferType": inputs["transferType"]} if "transferType" in inputs else None
        with httpx.Client(trust_env=False) as client:
            response = client.request(method, url, params=query, headers=headers, content=content)
    except (httpx.HTTPError, ValidationError) as error:
        return {"error": {"message": f"{type(error).__name__}: {error}"}}
    status = response.status_code
    if status not in successes:
        return {"error": failure(response)}
    answer = {"status": status}
    if (kind := successes[status]) is not None:
        try:
            result = TypeAdapter(kind).validate_json(response.content)
        except ValidationError as error:
            return {"error": {"status": status, "message": str(error)}}
        is_list = isinstance(result, list)
        answer["result"] = [written(item) for item in result] if is_list else written(result)
        if isinstance(result, TransferSubmitResult):
            answer |= outcome(result)
    return {"answer": answer}


ask = json.load(sys.stdin)
if ask["ask"] == "capabilities":
    about = ["fault", "gzip", "outcome"]
    print(json.dumps({"client": "datamodel-code-generator", "capabilities": about}))
else:
    print(json.dumps(call(ask)))
