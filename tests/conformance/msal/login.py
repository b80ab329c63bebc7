"""Logs in to the emulator with MSAL for Python, and calls the API with each token.

    python login.py URL ROOT-CERTIFICATE

Prints what it did, and fails on the first surprise.
"""

import sys

import jwt
import msal
import requests

url, root = sys.argv[1:]
CUSTOMER = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d"
TENANT = "22222222-0000-4000-8000-00000000000b"
APP = "22222222-0000-4000-8000-0000000000bb"
PUBLIC_APP = "22222222-0000-4000-8000-0000000000bd"
USER = "agent@fabrikam.onmicrosoft.com"
SCOPES = ["https://api.partnercenter.microsoft.com/.default"]

http = requests.Session()
http.trust_env = False
http.verify = root

# What every program with MSAL sets for an authority that Microsoft does not know.
settings = {
    "authority": f"{url}/{TENANT}",
    "instance_discovery": False,
    "http_client": http,
}


def call_the_api(result):
    if "access_token" not in result:
        sys.exit(f"no token: {result.get('error')}: {result.get('error_description')}")
    path = f"{url}/v1/customers/{CUSTOMER}/transfers"
    response = http.get(path, headers={"Authorization": f"Bearer {result['access_token']}"})
    if response.status_code != 200:
        sys.exit(f"the API answered {response.status_code}: {response.text}")


def answer(flow, **answer):
    path = f"{url}/_emulator/device-codes/{flow['user_code']}"
    http.post(path, json=answer).raise_for_status()


def poll_once(app, flow):
    return app.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)


def start(app):
    flow = app.initiate_device_flow(scopes=SCOPES)
    if "user_code" not in flow:
        sys.exit(f"no device code: {flow}")
    assert http.get(flow["verification_uri"]).status_code == 200
    return flow


def client_credentials():
    app = msal.ConfidentialClientApplication(
        APP, client_credential="emulator-target-secret", **settings
    )
    call_the_api(app.acquire_token_for_client(scopes=SCOPES))
    wrong = msal.ConfidentialClientApplication(APP, client_credential="wrong", **settings)
    refused = wrong.acquire_token_for_client(scopes=SCOPES)
    assert refused["error"] == "invalid_client", refused
    assert refused["error_codes"] == [7000215], refused


def device_code():
    app = msal.PublicClientApplication(PUBLIC_APP, **settings)
    flow = start(app)
    pending = poll_once(app, flow)
    assert pending["error"] == "authorization_pending", pending
    answer(flow, answer="signIn", user=USER)
    result = app.acquire_token_by_device_flow(flow)
    call_the_api(result)
    check_identity(result)

    (account,) = app.get_accounts()
    assert account["username"] == USER, account
    cached = app.acquire_token_silent_with_error(SCOPES, account)
    assert cached["access_token"] == result["access_token"]
    renewed = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
    call_the_api(renewed)
    assert renewed["access_token"] != result["access_token"]

    for word, error in [("decline", "authorization_declined"), ("expire", "expired_token")]:
        flow = start(app)
        answer(flow, answer=word)
        refused = app.acquire_token_by_device_flow(flow)
        assert refused["error"] == error, refused


def check_identity(result):
    """The ID token has a valid signature by the published keys."""
    path = f"{url}/{TENANT}/v2.0/.well-known/openid-configuration"
    configuration = http.get(path).json()
    keys = jwt.PyJWKSet.from_dict(http.get(configuration["jwks_uri"]).json())
    key_id = jwt.get_unverified_header(result["id_token"])["kid"]
    claims = jwt.decode(
        result["id_token"],
        keys[key_id],
        algorithms=configuration["id_token_signing_alg_values_supported"],
        audience=PUBLIC_APP,
        issuer=configuration["issuer"],
    )
    assert claims["preferred_username"] == USER, claims


client_credentials()
device_code()
print(f"client credentials, device code and refresh with MSAL {msal.__version__} over TLS")
