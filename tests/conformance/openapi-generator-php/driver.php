<?php

// The driver of openapi-generator's PHP client, as described in spec/scenarios/README.md.

declare(strict_types=1);

// Debian's packages of Guzzle are in PHP's include path.
require_once 'GuzzleHttp/autoload.php';

use GuzzleHttp\Client;
use OpenAPI\Client\Api\TransfersApi;
use OpenAPI\Client\ApiException;
use OpenAPI\Client\Configuration;
use OpenAPI\Client\Model\CreateTransferRequest;
use OpenAPI\Client\Model\Fault;
use OpenAPI\Client\Model\RateLimitFault;
use OpenAPI\Client\Model\UpdateTransferRequest;
use OpenAPI\Client\ObjectSerializer;

spl_autoload_register(function (string $class): void {
    $prefix = 'OpenAPI\\Client\\';
    if (str_starts_with($class, $prefix)) {
        require __DIR__ . '/generated/lib/' . strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
    }
});

// By default the client writes dates without fractions of a second.
ObjectSerializer::setDateTimeFormat('Y-m-d\TH:i:s.uP');

// A warning is no part of the conclusion.
ini_set('display_errors', 'stderr');

function api(stdClass $ask): TransfersApi
{
    $configuration = new Configuration();
    $configuration->setHost($ask->url);
    $configuration->setAccessToken($ask->token);
    // By default Guzzle follows redirects.
    return new TransfersApi(new Client(['allow_redirects' => false]), $configuration);
}

/** Makes a model as a caller does: the client's own decoder sets omitted members to null. */
function model(string $class, stdClass $values): object
{
    $fields = [];
    foreach ($class::attributeMap() as $property => $name) {
        if (property_exists($values, $name)) {
            $item = preg_replace('/\[]$/', '', $class::openAPITypes()[$property]);
            $isModel = is_array($values->$name) && class_exists($item);
            $fields[$property] = $isModel
                ? array_map(fn (stdClass $value) => model($item, $value), $values->$name)
                : $values->$name;
        }
    }
    return new $class($fields);
}

/** Makes the call, and returns the decoded response and its status. */
function response(stdClass $ask): array
{
    $inputs = (array) $ask->inputs;
    $customer = $inputs['customer-id'];
    $transfer = $inputs['transfer-id'] ?? null;
    $body = fn (string $class) => model($class, $ask->body);
    $headers = [$inputs['MS-RequestId'] ?? null, $inputs['MS-CorrelationId'] ?? null, $inputs['X-Locale'] ?? null];
    $api = api($ask);
    return match ($ask->operation) {
        'list_transfers' => $api->listTransfersWithHttpInfo($customer, ...$headers),
        'create_transfer' => $api->createTransferWithHttpInfo(
            $customer,
            $body(CreateTransferRequest::class),
            ...$headers
        ),
        'get_transfer' => $api->getTransferWithHttpInfo($customer, $transfer, ...$headers),
        'update_transfer' => $api->updateTransferWithHttpInfo(
            $customer,
            $transfer,
            $body(UpdateTransferRequest::class),
            ...$headers
        ),
        'accept_transfer' => $api->acceptTransferWithHttpInfo($customer, $transfer, ...$headers),
        'withdraw_transfer' => $api->withdrawTransferWithHttpInfo($customer, $transfer, ...$headers),
        'get_transfer_eligibility' => $api->getTransferEligibilityWithHttpInfo(
            $customer,
            $inputs['transferType'],
            ...$headers
        ),
    };
}

function present(?array $list): int
{
    return count(array_filter($list ?? [], fn ($item) => $item !== null));
}

function answer(string $operation, mixed $result, int $status): array
{
    // The client decodes a status that the document does not describe as a fault or an empty answer.
    if ($result instanceof Fault || $result instanceof RateLimitFault) {
        return ['error' => ['status' => $status, 'message' => 'a fault']];
    }
    $answer = ['status' => $status, 'result' => ObjectSerializer::sanitizeForSerialization($result)];
    if ($operation === 'accept_transfer') {
        $orders = present($result->getOrders());
        $errors = present($result->getTransferErrors());
        $answer['orders'] = $orders;
        $answer['errors'] = $errors;
        $answer['outcome'] = $orders === 0 ? 'failed' : ($errors > 0 ? 'partial' : 'complete');
    }
    return ['answer' => $answer];
}

function failure(ApiException $error): array
{
    if ($error->getResponseHeaders() === null) {
        return ['message' => $error->getMessage()];
    }
    $failure = ['status' => $error->getCode()];
    $fault = $error->getResponseObject();
    if ($fault instanceof Fault) {
        $failure['code'] = $fault->getCode();
        $failure['description'] = $fault->getDescription() ?? $fault->getMessage();
    } elseif ($fault instanceof RateLimitFault) {
        $failure['description'] = $fault->getMessage();
    }
    return $failure;
}

function call(stdClass $ask): array
{
    try {
        [$result, $status] = response($ask);
        return answer($ask->operation, $result, $status);
    } catch (ApiException $error) {
        return ['error' => failure($error)];
    } catch (Throwable $error) {
        return ['error' => ['message' => get_class($error) . ': ' . $error->getMessage()]];
    }
}

$ask = json_decode(stream_get_contents(STDIN), false, 512, JSON_THROW_ON_ERROR);
$conclusion = $ask->ask === 'capabilities'
    ? ['client' => 'openapi-generator (php)', 'capabilities' => ['fault', 'outcome']]
    : call($ask);
echo json_encode($conclusion, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PRESERVE_ZERO_FRACTION);
