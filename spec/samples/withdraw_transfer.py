import os
import sys
import uuid
from urllib.error import HTTPError
from urllib.request import Request, urlopen

base_url = os.environ.get(
    "PARTNER_CENTER_URL", "https://api.partnercenter.microsoft.com"
)
customer_id = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d"
transfer_id = "67c5b05b-09b5-47ba-9047-5056fe2afa4f"
# One id for this call. No response? Send the same id again, or read the
# transfer first (RULES.md).
request_id = str(uuid.uuid4())
print("MS-RequestId:", request_id, file=sys.stderr)

request = Request(
    f"{base_url}/v1/customers/{customer_id}/transfers/{transfer_id}",
    method="DELETE",
    headers={
        "Authorization": f"Bearer {os.environ['PARTNER_CENTER_TOKEN']}",
        "MS-RequestId": request_id,
    },
)
try:
    with urlopen(request, timeout=120) as response:
        print("withdrawn")
except HTTPError as error:
    # 429: wait as long as Retry-After says.
    sys.exit(f"{error.code}: {error.read().decode(errors='replace')}")
