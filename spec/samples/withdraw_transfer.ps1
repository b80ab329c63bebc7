$ErrorActionPreference = 'Stop'
$baseUrl = $env:PARTNER_CENTER_URL
if (-not $baseUrl) { $baseUrl = 'https://api.partnercenter.microsoft.com' }
$customerId = 'd6bf25b7-e0a8-4f2d-a31b-97b55cfc774d'
$transferId = '67c5b05b-09b5-47ba-9047-5056fe2afa4f'
# One id for this call. No response? Send the same id again, or read the
# transfer first (RULES.md).
$requestId = [guid]::NewGuid().ToString()
Write-Host "MS-RequestId: $requestId"

$headers = @{
    'Authorization' = "Bearer $env:PARTNER_CENTER_TOKEN"
    'MS-RequestId'  = $requestId
}
# An error status ends the script. 429: wait as long as Retry-After says.
Invoke-RestMethod -Method Delete -Headers $headers `
    -Uri "$baseUrl/v1/customers/$customerId/transfers/$transferId"
'withdrawn'
