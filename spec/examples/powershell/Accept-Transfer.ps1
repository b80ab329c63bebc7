#Requires -Version 5.1
<#
.SYNOPSIS
    Accepts a license-based transfer, and says which subscriptions moved and which did not.

.DESCRIPTION
    Sends `POST /v1/customers/{customer}/transfers/{transfer}/accept` as the target partner, in Windows PowerShell 5.1 and
    in PowerShell 7. Accepting moves paid subscriptions, and nothing moves them back: try it with the emulator first.

    - A response with status 200 or 201 can contain failures. The script reads `orders` and `transferErrors`: the outcome is
      `complete`, `partial` or `failed`.
    - After 429, and after 503 with Retry-After, it waits as long as the service asks and sends the same call with the same
      MS-RequestId again. After any other response it does not send the accept again.
    - If the outcome is uncertain (no response, 408, 500, 502, 503, 504, 404 or 501 without an error code, a refusal of a call
      that was sent again, a response that it cannot read), it reads the transfer before it reports a result.

    The result is an object with Outcome, Kind, Status, Code, Description, Orders, Errors, NotMoved, RequestId and
    CorrelationId. Kind says why there is no outcome in a response: `invalid-input`, `connect`, `timeout`, `interrupted`,
    `service` (a response that is no success) or `decode` (a response that is not as documented).

    Exit codes:
      0  complete: all subscriptions moved
      1  not accepted: no connection and nothing sent before, 429 for too long, or the question was answered with no
      2  invalid input: nothing was sent
      3  partial: some subscriptions moved, the others are in NotMoved
      4  failed or refused: nothing is known to have moved
      5  unknown: the transfer could not be read either. Read it later, and do not accept it again before that
      6  not accepted so far: the response was lost or left it open, and the transfer is still open
      7  accepted, and the service is still working on it

.PARAMETER Customer
    The id of the customer, a GUID.

.PARAMETER Transfer
    The id of the transfer, a GUID.

.PARAMETER Token
    The access token of the target partner. Default: the environment variable PARTNER_CENTER_TOKEN. It is never printed.

.PARAMETER Api
    The base URL. Plain http is for this machine only, such as the emulator.

.PARAMETER RequestId
    The MS-RequestId, a GUID. Give the value of an earlier run only to repeat exactly that call. Default: a new one.

.PARAMETER MaxAttempts
    How often a request is sent at most: the call, while the service answers 429, or 503 with Retry-After; and the read that
    finds out what became of it.

.PARAMETER MaxWaitSeconds
    The longest single wait. A request that has to wait longer is not sent again.

.PARAMETER TimeoutSeconds
    The time limit for one response.

.PARAMETER Force
    Asks no question.

.EXAMPLE
    $env:PARTNER_CENTER_TOKEN = $token
    .\Accept-Transfer.ps1 -Customer d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d -Transfer aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba `
        -Api http://127.0.0.1:8484 -Force
    $LASTEXITCODE

    Accepts a transfer of the emulator. One of its three groups fails: the outcome is partial, the exit code 3.

.EXAMPLE
    .\Accept-Transfer.ps1 -Customer $customer -Transfer $transfer -Token (Read-Host -AsSecureString) -WhatIf

    Checks the arguments and sends nothing.
#>
[CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
param(
    [Parameter(Mandatory)] [string] $Customer,
    [Parameter(Mandatory)] [string] $Transfer,
    [securestring] $Token,
    [string] $Api = 'https://api.partnercenter.microsoft.com',
    [string] $RequestId = [guid]::NewGuid().ToString(),
    [ValidateRange(1, 20)] [int] $MaxAttempts = 5,
    [ValidateRange(1, 3600)] [int] $MaxWaitSeconds = 300,
    [ValidateRange(1, 3600)] [int] $TimeoutSeconds = 100,
    [switch] $Force
)

$ErrorActionPreference = 'Stop'
# That of the caller would end the script over a member that a response lacks, after the accept was sent.
Set-StrictMode -Off
# A progress bar for each response slows Windows PowerShell down.
$ProgressPreference = 'SilentlyContinue'
if ($Force -and -not $PSBoundParameters.ContainsKey('Confirm')) {
    $ConfirmPreference = 'None'
}
# What Windows PowerShell does not do by itself.
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
[Net.ServicePointManager]::Expect100Continue = $false

$correlationId = [guid]::NewGuid().ToString()

function Write-Result {
    param([string] $Outcome, [string] $Kind, $Answer, $Orders, $Errors, $NotMoved, [string] $Description)
    [pscustomobject]@{
        Outcome       = $Outcome
        Kind          = $Kind
        Status        = $Answer.Status
        Code          = $Answer.Code
        Description   = if ($Description) { $Description } else { $Answer.Description }
        Orders        = $Orders
        Errors        = $Errors
        NotMoved      = @($NotMoved | Where-Object { $_ })
        RequestId     = $RequestId
        CorrelationId = $correlationId
    }
}

# Returns what went wrong when no response came. Only `connect` is certain: nothing was sent.
function Get-FailureKind {
    param([Exception] $Exception)
    $unreachable = 'ConnectionRefused', 'HostNotFound', 'HostUnreachable', 'NetworkUnreachable', 'TryAgain'
    for ($cause = $Exception; $cause; $cause = $cause.InnerException) {
        if ($cause -is [Net.Sockets.SocketException] -and $unreachable -contains "$($cause.SocketErrorCode)") { return 'connect' }
        if ($cause -is [TimeoutException] -or $cause -is [OperationCanceledException]) { return 'timeout' }
        if ($cause -is [Net.WebException]) {
            if ('ConnectFailure', 'NameResolutionFailure' -contains "$($cause.Status)") { return 'connect' }
            if ("$($cause.Status)" -eq 'Timeout') { return 'timeout' }
        }
    }
    'interrupted'
}

# Returns the seconds that Retry-After asks for, as a number or as a date, and nothing if it is missing or malformed.
function Get-RetryAfter {
    param($Response)
    $text = ''
    if ($Response.Headers -is [Net.WebHeaderCollection]) {
        $text = [string] $Response.Headers['Retry-After']
    }
    elseif ($Response.Headers.Contains('Retry-After')) {
        $text = [string] @($Response.Headers.GetValues('Retry-After'))[0]
    }
    $seconds = [long] 0
    if ([long]::TryParse($text, [ref] $seconds) -and $seconds -ge 0) { return $seconds }
    $date = [datetimeoffset]::MinValue
    $culture = [Globalization.CultureInfo]::InvariantCulture
    if ([datetimeoffset]::TryParse($text, $culture, [Globalization.DateTimeStyles]::AssumeUniversal, [ref] $date)) {
        return [long] [math]::Max(0, [math]::Ceiling(($date - [datetimeoffset]::UtcNow).TotalSeconds))
    }
}

# Returns a JSON object, and nothing if the text is anything else.
function ConvertFrom-JsonObject {
    param([string] $Text)
    $Text = $Text.TrimStart([char] 0xFEFF).Trim()
    if (-not $Text.StartsWith('{')) { return }
    try { ConvertFrom-Json -InputObject $Text } catch { return }
}

# Sends one request. Status is 0 if no response came; Kind then says why.
function Send-Request {
    param([string] $Method, [string] $Uri, [string] $Id)
    $call = @{
        Method             = $Method
        Uri                = $Uri
        Headers            = @{
            Authorization      = "Bearer $plainToken"
            Accept             = 'application/json'
            'MS-RequestId'     = $Id
            'MS-CorrelationId' = $correlationId
        }
        UseBasicParsing    = $true
        # A redirect would send the token elsewhere. A connection that was used before could be sent on twice.
        MaximumRedirection = 0
        DisableKeepAlive   = $true
        TimeoutSec         = $TimeoutSeconds
    }
    # PowerShell 7.4 and newer limit the pauses within a response separately.
    if ((Get-Command Invoke-WebRequest).Parameters.ContainsKey('OperationTimeoutSeconds')) {
        $call.OperationTimeoutSeconds = $TimeoutSeconds
    }
    if ($Method -eq 'Post') {
        # An empty body, so that `Content-Length: 0` is sent: some gateways refuse a POST without a length.
        $call.Body = ''
        $call.ContentType = 'application/json'
    }
    $answer = @{ Status = 0; Kind = ''; Object = $null; RetryAfter = $null; Code = $null; Description = $null }
    try {
        $response = Invoke-WebRequest @call
        $answer.Status = [int] $response.StatusCode
        # `Content` would be read as Latin-1 if the response names no charset.
        $answer.Object = ConvertFrom-JsonObject ([Text.Encoding]::UTF8.GetString($response.RawContentStream.ToArray()))
    }
    catch {
        $response = $_.Exception.Response
        if (-not $response) {
            $answer.Kind = Get-FailureKind $_.Exception
            $answer.Description = $_.Exception.Message
            return $answer
        }
        $answer.Status = [int] $response.StatusCode
        $answer.Kind = 'service'
        $answer.RetryAfter = Get-RetryAfter $response
        # The body can also be a page, or empty: the status says what happened.
        $fault = ConvertFrom-JsonObject "$($_.ErrorDetails.Message)"
        $answer.Code = $fault.code
        $answer.Description = if ($fault.description) { $fault.description } else { $fault.message }
    }
    $answer
}

# Whether to wait, and to send the same call again.
function Test-TryLater {
    param($Answer)
    $Answer.Status -eq 429 -or ($Answer.Status -eq 503 -and $null -ne $Answer.RetryAfter)
}

# Whether the service may have carried out a call that did not succeed. Gateways send 404, 408 and 5xx without knowing what
# the service did. With an error code, 404 and 501 are the service's own.
function Test-MayHaveActed {
    param($Answer)
    if ($Answer.Status -eq 0) { return $Answer.Kind -ne 'connect' }
    if ($Answer.Status -in 404, 501) { return -not "$($Answer.Code)".Trim() }
    $Answer.Status -lt 400 -or $Answer.Status -eq 408 -or $Answer.Status -ge 500
}

# Returns the subscriptions of line items and of their add-ons, with the reason why they did not move.
function Get-NotMoved {
    param($LineItems, $Code, $Reason)
    foreach ($item in $LineItems) {
        if ($null -eq $item) { continue }
        [pscustomobject]@{
            SubscriptionId = $item.subscriptionId
            FriendlyName   = $item.friendlyName
            Status         = $item.status
            Code           = $Code
            Reason         = if ($item.transferError) { $item.transferError } else { $Reason }
        }
        Get-NotMoved $item.addonItems $Code $Reason
    }
}

function Stop-WithInvalidInput {
    param([string] $Problem)
    $Host.UI.WriteErrorLine("invalid-input: $Problem; nothing was sent")
    exit 2
}

# Reads the transfer after an uncertain response, reports what became of it, and ends the script.
function Stop-WithReadBack {
    param($Answer, [string] $Kind)
    Write-Warning "It is open whether the transfer was accepted ($Kind, status $($Answer.Status)). Reading the transfer."
    $read = $null
    for ($attempt = 1; $attempt -le $MaxAttempts; $attempt++) {
        # Each read is a call of its own, with an id of its own.
        $read = Send-Request 'Get' $transferUri ([guid]::NewGuid().ToString())
        if (($read.Status -eq 200 -and $read.Object) -or $attempt -eq $MaxAttempts) { break }
        $wait = if ($null -ne $read.RetryAfter) { $read.RetryAfter } else { 5 * $attempt }
        if ($wait -gt $MaxWaitSeconds) { break }
        Start-Sleep -Seconds $wait
    }
    $state = if ($read.Status -eq 200) { "$($read.Object.status)" } else { '' }
    $failed = @($read.Object.lineItems | Where-Object { $_ -and $_.status -ne 'Complete' })
    # Comparisons ignore letter case, as they must here. Other states can exist.
    switch ($state) {
        { $_ -in 'Complete', 'Completed' } {
            $isFailed = @($failed | Where-Object { $_.status -eq 'Failed' }).Count -gt 0
            if ($isFailed) { $outcome = 'partial'; $code = 3 } else { $outcome = 'complete'; $code = 0 }
        }
        'PartiallyComplete' { $outcome = 'partial'; $code = 3 }
        'InProgress' { $outcome = 'in-progress'; $code = 7 }
        { $_ -in 'Active', 'Pending' } { $outcome = 'not-accepted'; $code = 6 }
        { $_ -in 'Reject', 'Cancel', 'Expired' } { $outcome = 'failed'; $code = 4 }
        default { $outcome = 'unknown'; $code = 5 }
    }
    $text = switch ($code) {
        5 { 'The transfer could not be read either. Do not accept it again before it was read.' }
        6 {
            # After a response, the service may answer the same id with the same response.
            if ($Answer.Status -eq 0) { "The transfer is still $state. To send the same call again, use -RequestId $RequestId." }
            else { "The transfer is still $state. To accept it, run the script again, without -RequestId." }
        }
        default { "The transfer reads $state." }
    }
    # What has not moved while the transfer is open can still move.
    $notMoved = if ($code -in 3, 4) { @(Get-NotMoved $failed $null $null) } else { @() }
    foreach ($item in $notMoved) { Write-Warning "Did not move: $($item.SubscriptionId) $($item.FriendlyName) $($item.Reason)" }
    Write-Result -Outcome $outcome -Kind $Kind -Answer $Answer -NotMoved $notMoved -Description $text
    exit $code
}

# Everything is checked before the first request.
$guid = '\A[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\z'
foreach ($name in 'Customer', 'Transfer', 'RequestId') {
    if ((Get-Variable -Name $name -ValueOnly) -notmatch $guid) { Stop-WithInvalidInput "-$name is not a GUID" }
}
$plainToken = if ($Token) { [Net.NetworkCredential]::new('', $Token).Password } else { $env:PARTNER_CENTER_TOKEN }
if ("$plainToken" -notmatch '\A[A-Za-z0-9._~+/-]+=*\z') {
    Stop-WithInvalidInput 'there is no access token: use -Token or the environment variable PARTNER_CENTER_TOKEN'
}
$base = $null
$isUrl = [uri]::TryCreate($Api, [UriKind]::Absolute, [ref] $base)
if (-not $isUrl -or $base.UserInfo -or $base.Query -or $base.Fragment -or $base.AbsolutePath -ne '/') {
    Stop-WithInvalidInput '-Api is not a URL without a path'
}
if ($base.Scheme -ne 'https' -and -not ($base.Scheme -eq 'http' -and $base.IsLoopback)) {
    Stop-WithInvalidInput '-Api is neither https nor on this machine'
}
$transferUri = "$($base.GetLeftPart([UriPartial]::Authority))/v1/customers/$Customer/transfers/$Transfer"

if (-not $PSCmdlet.ShouldProcess("transfer $Transfer of customer $Customer", 'Accept')) {
    if ($WhatIfPreference) { exit 0 }
    exit 1
}

$mayHaveActed = $false
for ($attempt = 1; ; $attempt++) {
    $answer = Send-Request 'Post' "$transferUri/accept" $RequestId
    $isSuccess = $answer.Status -in 200, 201
    # The service refuses to do again what an earlier attempt has done. 401 and 429 come before it looks at the call.
    $isRefusedAgain = $attempt -gt 1 -and $answer.Status -notin 0, 401, 429
    if (-not $isSuccess -and ($isRefusedAgain -or (Test-MayHaveActed $answer))) { $mayHaveActed = $true }
    if (-not (Test-TryLater $answer) -or $attempt -ge $MaxAttempts) { break }
    $wait = if ($null -ne $answer.RetryAfter) { $answer.RetryAfter } else { 30 }
    if ($wait -gt $MaxWaitSeconds) { break }
    Write-Warning "Status $($answer.Status): waiting $wait s, then sending the same call with MS-RequestId $RequestId again."
    Start-Sleep -Seconds $wait
}

if (-not $isSuccess) {
    if ($mayHaveActed) {
        # No response (timeout, interrupted), or a status such as 202, 204, 307, 404, 408, 500, 501, 502, 503, 504 or 599.
        $kind = if ($answer.Status -eq 0) { $answer.Kind } else { 'service' }
        Stop-WithReadBack $answer $kind
    }
    if ($answer.Kind -eq 'connect' -or $answer.Status -eq 429) {
        Write-Result -Outcome 'not-accepted' -Kind $answer.Kind -Answer $answer
        exit 1
    }
    Write-Result -Outcome 'failed' -Kind 'service' -Answer $answer
    exit 4
}

$result = $answer.Object
foreach ($list in 'orders', 'transferErrors') {
    if ($result -and $null -ne $result.$list -and $result.$list -isnot [array]) { $result = $null }
}
if (-not $result) { Stop-WithReadBack $answer 'decode' }

$orders = @($result.orders | Where-Object { $_ }).Count
$problems = @($result.transferErrors | Where-Object { $_ })
if ($orders -eq 0 -and $problems.Count -eq 0) {
    # Neither a success nor a failure.
    Stop-WithReadBack $answer 'decode'
}
$notMoved = foreach ($problem in $problems) {
    $items = @($problem.lineItems | Where-Object { $_ })
    if ($items.Count -gt 0) {
        Get-NotMoved $items $problem.code $problem.description
    }
    else {
        # An error can name its group alone.
        [pscustomobject]@{
            SubscriptionId = $null
            FriendlyName   = "group $($problem.transferGroupId)"
            Status         = $null
            Code           = $problem.code
            Reason         = $problem.description
        }
    }
}
foreach ($item in $notMoved) {
    Write-Warning "Did not move: $($item.SubscriptionId) $($item.FriendlyName): $($item.Code) $($item.Reason)"
}
if ($orders -eq 0) { $outcome = 'failed'; $code = 4 }
elseif ($problems.Count -gt 0) { $outcome = 'partial'; $code = 3 }
else { $outcome = 'complete'; $code = 0 }
Write-Result -Outcome $outcome -Answer $answer -Orders $orders -Errors $problems.Count -NotMoved $notMoved
exit $code
