# The driver of openapi-generator's Ruby client, as described in spec/scenarios/README.md.

require 'json'
$LOAD_PATH.unshift(File.join(__dir__, 'generated', 'lib'))
require 'openapi_client'

ARGUMENTS = {
  'MS-RequestId' => :ms_request_id,
  'MS-CorrelationId' => :ms_correlation_id,
  'X-Locale' => :x_locale
}.freeze

# The client tells Typhoeus to follow redirects, which sends a change again.
Typhoeus.before do |request|
  request.options[:followlocation] = false
  true
end

# Decodes the type that a caller would use.
def body(ask)
  body = ask['body']
  type = case ask['operation']
         when 'create_transfer'
           body.key?('lineItems') ? 'CreateLicenseBasedTransferRequest' : 'CreateNewCommerceTransferRequest'
         when 'update_transfer'
           { 'reject' => 'RejectTransferRequest', 'Cancel' => 'CancelTransferRequest' }
             .fetch(body['status'], 'AcceptNewCommerceTransferRequest')
         end
  type && OpenapiClient.const_get(type).build_from_hash(body)
end

def arguments(ask)
  inputs = ask['inputs']
  required = [inputs['customer-id'], inputs['transfer-id'], inputs['transferType'], body(ask)].compact
  optional = inputs.slice(*ARGUMENTS.keys).transform_keys(ARGUMENTS)
  [*required, optional]
end

def answer(operation, data, status)
  # A success without a body is nil.
  return { error: { status: status, message: 'no decoded answer' } } if data.nil? && operation != 'withdraw_transfer'

  answer = { status: status, result: written(data) }
  answer.merge!(outcome(data)) if operation == 'accept_transfer'
  { answer: answer }
end

def written(data)
  case data
  when Array then data.map { |item| written(item) }
  when Hash then data.transform_values { |value| written(value) }
  when Time then data.iso8601(9)
  when OpenapiClient::ApiModelBase then written(data.to_hash)
  else data
  end
end

def outcome(result)
  orders = (result.orders || []).compact.size
  errors = (result.transfer_errors || []).compact.size
  word = if orders.zero? then 'failed'
         elsif errors.positive? then 'partial'
         else 'complete'
         end
  { outcome: word, orders: orders, errors: errors }
end

# The client keeps the body of an error response as text, and its models decode it.
def failure(client, error)
  status = error.code.to_i
  return { message: error.message } if status.zero?

  failure = { status: status }
  begin
    fault = client.convert_to_type(JSON.parse(error.response_body), status == 429 ? 'RateLimitFault' : 'Fault')
    failure[:code] = fault.code if fault.respond_to?(:code)
    failure[:description] = (fault.description if fault.respond_to?(:description)) || fault&.message
  rescue StandardError
    failure[:message] = 'a body that is not a fault'
  end
  # JSON is UTF-8; the body of a response can be anything.
  failure.transform_values { |value| value.is_a?(String) ? value.scrub : value }
end

def call(ask)
  config = OpenapiClient::Configuration.new
  url = ask['url']
  config.scheme, config.host = url.split('://')
  config.server_index = nil
  config.access_token = ask['token']
  client = OpenapiClient::ApiClient.new(config)
  operation = "#{ask['operation']}_with_http_info"
  data, status = OpenapiClient::TransfersApi.new(client).public_send(operation, *arguments(ask))
  answer(ask['operation'], data, status)
rescue OpenapiClient::ApiError => e
  { error: failure(client, e) }
rescue StandardError => e # Each exception is a result of the call.
  { error: { message: "#{e.class}: #{e.message}" } }
end

ask = JSON.parse($stdin.read)
if ask['ask'] == 'capabilities'
  puts JSON.generate(client: 'openapi-generator (ruby)', capabilities: %w[fault outcome])
else
  puts JSON.generate(call(ask))
end
