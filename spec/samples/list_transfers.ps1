$ErrorActionPreference = 'Stop'
$baseUrl = $env:PARTNER_CENTER_URL
if (-not $baseUrl) { $baseUrl = 'https://api.partnercenter.microsoft.com' }
$customerId = 'd6bf25b7-e0a8-4f2d-a31b-97b55cfc774d'

$headers = @{ 'Authorization' = "Bearer $env:PARTNER_CENTER_TOKEN" }
# An error status ends the script. 429: wait as long as Retry-After says.
$transfers = Invoke-RestMethod -Headers $headers `
    -Uri "$baseUrl/v1/customers/$customerId/transfers"
$transfers | Format-Table id, status
