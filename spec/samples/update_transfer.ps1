$ErrorActionPreference = 'Stop'
$baseUrl = $env:PARTNER_CENTER_URL
if (-not $baseUrl) { $baseUrl = 'https://api.partnercenter.microsoft.com' }
$customerId = 'd6bf25b7-e0a8-4f2d-a31b-97b55cfc774d'
$transferId = '11111111-aaaa-4bbb-8ccc-000000000002'
# One id for this call. No response? Send the same id again, or read the
# transfer first (RULES.md).
$requestId = [guid]::NewGuid().ToString()
Write-Host "MS-RequestId: $requestId"

$headers = @{
    'Authorization' = "Bearer $env:PARTNER_CENTER_TOKEN"
    'MS-RequestId'  = $requestId
}
# Other bodies cancel or accept a new-commerce transfer.
$body = @{ id = $transferId; status = 'reject' } | ConvertTo-Json
# An error status ends the script. 429: wait as long as Retry-After says.
$transfer = Invoke-RestMethod -Method Patch -Headers $headers `
    -Uri "$baseUrl/v1/customers/$customerId/transfers/$transferId" `
    -ContentType 'application/json' -Body $body
"$($transfer.id): $($transfer.status)"
