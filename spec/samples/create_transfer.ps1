$ErrorActionPreference = 'Stop'
$baseUrl = $env:PARTNER_CENTER_URL
if (-not $baseUrl) { $baseUrl = 'https://api.partnercenter.microsoft.com' }
$customerId = 'd6bf25b7-e0a8-4f2d-a31b-97b55cfc774d'
# One id for this call. No response? Look for the transfer in the list
# before you create another one (RULES.md).
$requestId = [guid]::NewGuid().ToString()
Write-Host "MS-RequestId: $requestId"

$headers = @{
    'Authorization' = "Bearer $env:PARTNER_CENTER_TOKEN"
    'MS-RequestId'  = $requestId
}
$body = @{
    sourcePartnerTenantId = '11111111-0000-4000-8000-00000000000a'
    targetPartnerTenantId = '22222222-0000-4000-8000-00000000000b'
    lineItems             = @(
        @{ subscriptionId = '5B000000-0000-4000-8000-000000000008' }
    )
} | ConvertTo-Json
# An error status ends the script. 429: wait as long as Retry-After says.
$transfer = Invoke-RestMethod -Method Post -Headers $headers `
    -Uri "$baseUrl/v1/customers/$customerId/transfers" `
    -ContentType 'application/json' -Body $body
"$($transfer.id): $($transfer.status)"
