base_url=${PARTNER_CENTER_URL:-https://api.partnercenter.microsoft.com}
customer_id=d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d
# One id for this call. No response? Look for the transfer in the list
# before you create another one (RULES.md).
request_id=$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)
echo "MS-RequestId: $request_id" >&2

# 429: wait as long as Retry-After says.
curl --fail-with-body --silent --show-error --request POST \
  "$base_url/v1/customers/$customer_id/transfers" \
  --header "Authorization: Bearer ${PARTNER_CENTER_TOKEN:?}" \
  --header "MS-RequestId: $request_id" \
  --header "Content-Type: application/json" \
  --data '{
    "sourcePartnerTenantId": "11111111-0000-4000-8000-00000000000a",
    "targetPartnerTenantId": "22222222-0000-4000-8000-00000000000b",
    "lineItems": [{ "subscriptionId": "5B000000-0000-4000-8000-000000000008" }]
  }'
