"""A bot as the documentation of the official SDK shows it. What it gets, it tells in lines that begin with "@"."""

import json
import os

import lark_oapi as lark
from lark_oapi.core.client_assertion import ClientAssertionToken
from lark_oapi.event.callback.model.p2_card_action_trigger import P2CardActionTriggerResponse


def received(data):
    text = json.loads(data.event.message.content)["text"]
    print("@" + json.dumps({"event_id": data.header.event_id, "text": text}), flush=True)
    if text == "fail":
        raise RuntimeError("as asked")


def pressed(data):
    number = data.event.action.value["number"]
    return P2CardActionTriggerResponse({"toast": {"type": "success", "content": f"完成 {number}"}})


class Assertions:
    """What proves who the app is, without its secret."""

    def retrieve_token(self, aud):
        return ClientAssertionToken(os.environ["LARK_CLIENT_ASSERTION"])


handler = (
    lark.EventDispatcherHandler.builder("", "")
    .register_p2_im_message_receive_v1(received)
    .register_p2_card_action_trigger(pressed)
    .build()
)
lark.ws.Client(
    os.environ["LARK_APP_ID"],
    os.environ.get("LARK_APP_SECRET"),
    event_handler=handler,
    domain=os.environ["LARK_BASE_URL"],
    log_level=lark.LogLevel.WARNING,
    client_assertion_provider=Assertions() if "LARK_CLIENT_ASSERTION" in os.environ else None,
).start()
