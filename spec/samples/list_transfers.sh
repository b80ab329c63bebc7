base_url=${PARTNER_CENTER_URL:-https://api.partnercenter.microsoft.com}
customer_id=d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d

# 429: wait as long as Retry-After says.
curl --fail-with-body --silent --show-error \
  "$base_url/v1/customers/$customer_id/transfers" \
  --header "Authorization: Bearer ${PARTNER_CENTER_TOKEN:?}"
