base_url=${PARTNER_CENTER_URL:-https://api.partnercenter.microsoft.com}
customer_id=d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d
transfer_id=11111111-aaaa-4bbb-8ccc-000000000002
# One id for this call. No response? Send the same id again, or read the
# transfer first (RULES.md).
request_id=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)
echo "MS-RequestId: $request_id" >&2

# Other bodies cancel or accept a new-commerce transfer.
# 429: wait as long as Retry-After says.
curl --fail-with-body --silent --show-error --request PATCH \
  "$base_url/v1/customers/$customer_id/transfers/$transfer_id" \
  --header "Authorization: Bearer ${PARTNER_CENTER_TOKEN:?}" \
  --header "MS-RequestId: $request_id" \
  --header "Content-Type: application/json" \
  --data "{ \"id\": \"$transfer_id\", \"status\": \"reject\" }"
