import json
import os
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

base_url = os.environ.get(
    "PARTNER_CENTER_URL", "https://api.partnercenter.microsoft.com"
)
customer_id = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d"

request = Request(
    f"{base_url}/v1/customers/{customer_id}/transferseligibility"
    "?transferType=directtoindirect",
    headers={"Authorization": f"Bearer {os.environ['PARTNER_CENTER_TOKEN']}"},
)
try:
    with urlopen(request, timeout=120) as response:
        result = json.load(response)
except HTTPError as error:
    # 429: wait as long as Retry-After says.
    sys.exit(f"{error.code}: {error.read().decode(errors='replace')}")
for subscription in result:
    print(subscription.get("id"), subscription.get("isEligible"))
