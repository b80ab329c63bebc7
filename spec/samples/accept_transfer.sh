base_url=${PARTNER_CENTER_URL:-https://api.partnercenter.microsoft.com}
customer_id=d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d
transfer_id=aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba
# One id for this call. No response? Send the same id again, or read the
# transfer first (RULES.md).
request_id=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)
echo "MS-RequestId: $request_id" >&2

# 429: wait as long as Retry-After says. 200 can contain failures: check transferErrors.
curl --fail-with-body --silent --show-error --request POST \
  "$base_url/v1/customers/$customer_id/transfers/$transfer_id/accept" \
  --header "Authorization: Bearer ${PARTNER_CENTER_TOKEN:?}" \
  --header "MS-RequestId: $request_id" \
  --header "Content-Length: 0"
