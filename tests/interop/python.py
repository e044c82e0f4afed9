"""Signs and verifies with the libraries of PyPI: one request a line on stdin, one answer a line on stdout."""

import json
import sys
from datetime import datetime, timezone

from slack_sdk.signature import SignatureVerifier
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from stripe import SignatureVerificationError, WebhookSignature
from stripe import Webhook as StripeWebhook
from workos import WorkOSClient

workos = WorkOSClient(api_key="key", client_id="id")


class Slack:
    @staticmethod
    def sign(body, secret, at):
        timestamp = str(at // 1000)
        signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
        return {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}

    @staticmethod
    def verify(body, secret, headers):
        return SignatureVerifier(secret).is_valid_request(body, headers)


class StandardWebhooks:
    """Signs an id, and leaves the headers to the sender."""

    @staticmethod
    def sign(body, secret, at):
        time = datetime.fromtimestamp(at // 1000, tz=timezone.utc)
        return {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(at // 1000),
            "webhook-signature": Webhook(secret).sign("msg_1", time, body),
        }

    @staticmethod
    def verify(body, secret, headers):
        Webhook(secret).verify(body, headers, json_parse=False)


class Stripe:
    @staticmethod
    def sign(body, secret, at):
        return {"stripe-signature": WebhookSignature.generate_signature_header(body, secret, at // 1000)}

    @staticmethod
    def verify(body, secret, headers):
        tolerance = StripeWebhook.DEFAULT_TOLERANCE
        return WebhookSignature.verify_header(body, headers["stripe-signature"], secret, tolerance)


class WorkOs:
    """Has no function that signs."""

    sign = None

    @staticmethod
    def verify(body, secret, headers):
        workos.webhooks.verify_header(
            event_body=body.encode(), event_signature=headers["workos-signature"], secret=secret
        )


class Actions:
    """Has no function that signs a request."""

    sign = None

    @staticmethod
    def verify(body, secret, headers):
        header = headers["workos-signature"]
        action = workos.actions.construct_action(payload=body.encode(), sig_header=header, secret=secret)
        if action["id"] != json.loads(body)["id"]:
            raise ValueError("another action")

    @staticmethod
    def answer(kind, verdict, message, secret):
        answer = workos.actions.sign_response(
            action_type=kind, verdict=verdict, error_message=message or None, secret=secret
        )
        return json.dumps(answer, separators=(",", ":"))


LIBRARIES = {
    "slack-sdk": Slack,
    "standardwebhooks": StandardWebhooks,
    "stripe": Stripe,
    "workos": WorkOs,
    "workos actions": Actions,
}


def answer(request):
    library = LIBRARIES[request["library"]]
    if request["do"] == "sign":
        if library.sign is None:
            return {"headers": None}
        headers = library.sign(request["body"], request["secret"], request["at"])
        return {"headers": list(headers.items())}
    if request["do"] == "answer":
        arguments = (request[it] for it in ("kind", "verdict", "message", "secret"))
        return {"body": library.answer(*arguments)}
    try:
        valid = library.verify(request["body"], request["secret"], dict(request["headers"]))
    except (SignatureVerificationError, WebhookVerificationError, ValueError) as error:
        return {"verdict": str(error).split("\n")[0]}
    return {"verdict": "refused" if valid is False else "accepted"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
