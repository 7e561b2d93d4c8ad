"""The built-in store's back end, broken on purpose: Python that is run before the command."""

import sys
from pathlib import Path

from support.command import ROOT, Ended, ended

_PRELUDE = """
from dataclasses import replace
from fakewww import account, shop
from fakewww.backend import backend
from fakewww.backend import documents
from fakewww.backend import v1 as documents_v1
from fakewww.backend import v2 as documents_v2
from fakewww.backend import outbox
from fakewww.backend.backend import SendingBackend
"""
_THEN = """
from harness.__main__ import main
main()
"""


def harness_with(breakage: str, *arguments: str | Path) -> Ended:
    """`harness ARGUMENTS…` with a store that is broken like that."""
    return ended([sys.executable, "-c", _PRELUDE + breakage + _THEN, *map(str, arguments)], cwd=ROOT)


def _without(kind: str, status: str) -> str:
    return f"""
send = SendingBackend._send
SendingBackend._send = lambda self, kind, body: (
    None if (kind, body.get("status", "")) == ("{kind}", "{status}") else send(self, kind, body)
)
"""


NO_PREVIOUS_ITEMS = """
right = documents_v2.order_accepted
documents_v2.order_accepted = lambda *order: {**right(*order), "previous_items": []}
"""
NO_CANCELLATION = _without("order", "cancelled")
NO_CUSTOMERS = _without("customer", "")
ACCEPTED_THOUGH_NOT_PAID = """
placed = SendingBackend.order_placed
def order_placed(self, order, *, visit):
    placed(self, order, visit=visit)
    self.order_accepted(order)
SendingBackend.order_placed = order_placed
"""
SENT_AGAIN_AFTER_A_FAILURE = """
try_ = outbox.Outbox._try
async def twice(self, http, document):
    failed = self._tally.trouble
    answer = await try_(self, http, document)
    if answer is None and failed:
        await self._post(http, document)
    return answer
outbox.Outbox._try = twice
"""
GIVES_UP_AFTER_A_FAILURE = """
outbox.TRY_AGAIN = ()
"""
LATEST_FIRST = """
import asyncio
async def send_all(self, right=outbox.Outbox._send_all):
    self._queue._queue = Reversed(self._queue._queue)
    await right(self)
class Reversed(list):
    popleft = list.pop
outbox.Outbox._send_all = send_all
"""
A_NEW_CART_AFTER_SIGNING_IN = """
welcome = account.welcome
def welcome_with_another_cart(shop, session, customer, *, change):
    welcome(shop, session, customer, change=change)
    session.cart = replace(shop.new_cart(), lines=session.cart.lines)
account.welcome = welcome_with_another_cart
"""
CUSTOMERS_BY_THEIR_EMAIL = """
right = documents_v2.customer
documents_v2.customer = lambda person: {**right(person), "id": person.customer.email or person.customer.id}
"""
A_CATEGORY_FORGOTTEN = """
import fakewww.backend.batch
batches = backend.batches
backend.batches = lambda entries: batches(entry for entry in entries if entry[1].get("name") != "Garden")
"""
PAST_ORDERS_IN_A_VISIT = """
right = documents_v2.order_accepted
visit = dict.fromkeys(["visit_id", "visitor_id", "pageview_id", "last_pageview_id"], "1")
documents_v2.order_accepted = lambda *order: {**right(*order), "visit": visit}
"""
OLD_ITEMS_IN_VERSION_ONE = """
right = documents_v1.order_accepted
documents_v1.order_accepted = lambda front, state: right(
    front, replace(state, items=replace(state.items, now=state.items.before or state.items.now))
)
"""
NEVER_ACCEPTED = _without("order", "accepted")
