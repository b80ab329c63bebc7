import json
import os
import sys
import uuid
from urllib.error import HTTPError
from urllib.request import Request, urlopen

base_url = os.environ.get(
    "PARTNER_CENTER_URL", "https://api.partnercenter.microsoft.com"
)
customer_id = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d"
# One id for this call. No response? Look for the transfer in the list
# before you create another one (RULES.md).
request_id = str(uuid.uuid4())
print("MS-RequestId:", request_id, file=sys.stderr)

transfer = {
    "sourcePartnerTenantId": "11111111-0000-4000-8000-00000000000a",
    "targetPartnerTenantId": "22222222-0000-4000-8000-00000000000b",
    "lineItems": [{"subscriptionId": "5B000000-0000-4000-8000-000000000008"}],
}
request = Request(
    f"{base_url}/v1/customers/{customer_id}/transfers",
    method="POST",
    headers={
        "Authorization": f"Bearer {os.environ['PARTNER_CENTER_TOKEN']}",
        "MS-RequestId": request_id,
        "Content-Type": "application/json",
    },
    data=json.dumps(transfer).encode(),
)
try:
    with urlopen(request, timeout=120) as response:
        result = json.load(response)
except HTTPError as error:
    # 429: wait as long as Retry-After says.
    sys.exit(f"{error.code}: {error.read().decode(errors='replace')}")
print(result.get("id"), result.get("status"))
