"""Breakages of the built-in store's back end: Python code that runs before the command."""

import sys
from pathlib import Path

from support.command import ROOT, Ended, ended

_IMPORTS = """
from dataclasses import replace
from fakewww import account
from fakewww.backend import backend, outbox, v1, v2
from fakewww.backend.backend import SendingBackend
"""
_RUN = """
from harness.__main__ import main
main()
"""


def harness_with(breakage: str, *arguments: str | Path) -> Ended:
    """Run `harness ARGUMENTS…` with this breakage of the store."""
    return ended([sys.executable, "-c", _IMPORTS + breakage + _RUN, *map(str, arguments)], cwd=ROOT)


def _without(kind: str, status: str) -> str:
    return f"""
send = SendingBackend._send
SendingBackend._send = lambda self, kind, body: (
    None if (kind, body.get("status", "")) == ("{kind}", "{status}") else send(self, kind, body)
)
"""


NO_PREVIOUS_ITEMS = """
original = v2.order_accepted
v2.order_accepted = lambda *order: {**original(*order), "previous_items": []}
"""
NO_CANCELLATION = _without("order", "cancelled")
NO_CUSTOMERS = _without("customer", "")
NO_ACCEPTANCE = _without("order", "accepted")
ACCEPTED_WITHOUT_PAYMENT = """
placed = SendingBackend.order_placed
def order_placed(self, order, *, visit):
    placed(self, order, visit=visit)
    self.order_accepted(order)
SendingBackend.order_placed = order_placed
"""
SENT_AGAIN_AFTER_A_FAILURE = """
original = outbox.Outbox._try
async def send_twice(self, http, document):
    has_failed = self._counts.trouble
    retry_after = await original(self, http, document)
    if retry_after is None and has_failed:
        await self._post(http, document)
    return retry_after
outbox.Outbox._try = send_twice
"""
NO_RETRIES = """
outbox.RETRY_STATUSES = ()
"""
NEWEST_FIRST = """
async def send_all(self, original=outbox.Outbox._send_all):
    self._queue._queue = Reversed(self._queue._queue)
    await original(self)
class Reversed(list):
    popleft = list.pop
outbox.Outbox._send_all = send_all
"""
NEW_CART_AFTER_SIGN_IN = """
welcome = account.welcome
def welcome_with_new_cart(shop, session, customer, *, change):
    welcome(shop, session, customer, change=change)
    session.cart = replace(shop.new_cart(), lines=session.cart.lines)
account.welcome = welcome_with_new_cart
"""
EMAIL_AS_CUSTOMER_ID = """
original = v2.customer
v2.customer = lambda person: {**original(person), "id": person.customer.email or person.customer.id}
"""
MISSING_CATEGORY = """
batches = backend.batches
backend.batches = lambda entries: batches(entry for entry in entries if entry[1].get("name") != "Garden")
"""
PAST_ORDERS_WITH_A_VISIT = """
original = v2.order_accepted
visit = dict.fromkeys(["visit_id", "visitor_id", "pageview_id", "last_pageview_id"], "1")
v2.order_accepted = lambda *order: {**original(*order), "visit": visit}
"""
OLD_ITEMS_IN_VERSION_1 = """
original = v1.order_accepted
v1.order_accepted = lambda front, state: original(
    front, replace(state, items=replace(state.items, now=state.items.before or state.items.now))
)
"""
