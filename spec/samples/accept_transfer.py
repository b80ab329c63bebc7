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
transfer_id = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba"
# One id for this call. No response? Send the same id again, or read the
# transfer first (RULES.md).
request_id = str(uuid.uuid4())
print("MS-RequestId:", request_id, file=sys.stderr)

request = Request(
    f"{base_url}/v1/customers/{customer_id}/transfers/{transfer_id}/accept",
    method="POST",
    headers={
        "Authorization": f"Bearer {os.environ['PARTNER_CENTER_TOKEN']}",
        "MS-RequestId": request_id,
        "Content-Length": "0",
    },
)
try:
    with urlopen(request, timeout=120) as response:
        result = json.load(response)
except HTTPError as error:
    # 429: wait as long as Retry-After says.
    sys.exit(f"{error.code}: {error.read().decode(errors='replace')}")
# 200 can contain failures: check transferErrors.
print(len(result.get("orders") or []), "orders")
for error in result.get("transferErrors") or []:
    print(error.get("code"), error.get("description"))
