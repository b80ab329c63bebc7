$ErrorActionPreference = 'Stop'
$baseUrl = $env:PARTNER_CENTER_URL
if (-not $baseUrl) { $baseUrl = 'https://api.partnercenter.microsoft.com' }
$customerId = 'd6bf25b7-e0a8-4f2d-a31b-97b55cfc774d'
$transferId = 'aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba'
# One id for this call. No response? Send the same id again, or read the
# transfer first (RULES.md).
$requestId = [guid]::NewGuid().ToString()
Write-Host "MS-RequestId: $requestId"

$headers = @{
    'Authorization' = "Bearer $env:PARTNER_CENTER_TOKEN"
    'MS-RequestId'  = $requestId
}
# An empty body sends Content-Length: 0.
# An error status ends the script. 429: wait as long as Retry-After says.
$result = Invoke-RestMethod -Method Post -Headers $headers `
    -Uri "$baseUrl/v1/customers/$customerId/transfers/$transferId/accept" `
    -ContentType 'application/json' -Body ''
# 200 can contain failures: check transferErrors.
foreach ($order in $result.orders) { "order $($order.id)" }
foreach ($failure in $result.transferErrors) { "$($failure.code) $($failure.description)" }
