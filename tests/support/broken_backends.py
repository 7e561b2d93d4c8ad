"""The built-in store's back end with one defect each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fakewww import account
from fakewww.backend import backend, outbox, v1, v2
from fakewww.backend.backend import SendingBackend

Breakage = Callable[[pytest.MonkeyPatch], None]


def without(kind: str, status: str) -> Breakage:
    """Do not send documents of this kind and status."""
    send = SendingBackend._send

    def send_others(self: SendingBackend, kind_: str, body: Any) -> None:
        if (kind_, body.get("status", "")) != (kind, status):
            send(self, kind_, body)

    return lambda patch: patch.setattr(SendingBackend, "_send", send_others)


def changed_acceptance(**fields: Any) -> Breakage:
    """Send other fields in accepted orders."""
    original = v2.order_accepted
    return lambda patch: patch.setattr(v2, "order_accepted", lambda *order: {**original(*order), **fields})


def accepted_without_payment(patch: pytest.MonkeyPatch) -> None:
    placed = SendingBackend.order_placed

    def order_placed(self: SendingBackend, order: Any, *, visit: Any) -> None:
        placed(self, order, visit=visit)
        self.order_accepted(order)

    patch.setattr(SendingBackend, "order_placed", order_placed)


def sent_again_after_a_failure(patch: pytest.MonkeyPatch) -> None:
    original = outbox.Outbox._try

    async def send_twice(self: Any, http: Any, document: Any) -> float | None:
        has_failed = self._counts.trouble
        retry_after = await original(self, http, document)
        if retry_after is None and has_failed:
            await self._post(http, document)
        return retry_after

    patch.setattr(outbox.Outbox, "_try", send_twice)


def no_retries(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outbox, "RETRY_STATUSES", ())


class _Reversed(list[Any]):
    popleft = list.pop


def newest_first(patch: pytest.MonkeyPatch) -> None:
    original = outbox.Outbox._send_all

    async def send_all(self: Any) -> None:
        self._queue._queue = _Reversed(self._queue._queue)
        await original(self)

    patch.setattr(outbox.Outbox, "_send_all", send_all)


def new_cart_after_sign_in(patch: pytest.MonkeyPatch) -> None:
    welcome = account.welcome

    def welcome_with_new_cart(shop: Any, session: Any, customer: Any, *, change: str) -> None:
        welcome(shop, session, customer, change=change)
        session.cart = replace(shop.new_cart(), lines=session.cart.lines)

    patch.setattr(account, "welcome", welcome_with_new_cart)


def email_as_customer_id(patch: pytest.MonkeyPatch) -> None:
    original = v2.customer

    def customer(person: Any) -> Any:
        return {**original(person), "id": person.customer.email or person.customer.id}

    patch.setattr(v2, "customer", customer)


def missing_category(patch: pytest.MonkeyPatch) -> None:
    batches = backend.batches
    patch.setattr(
        backend, "batches", lambda entries: batches(entry for entry in entries if entry[1].get("name") != "Garden")
    )


def old_items_in_version_1(patch: pytest.MonkeyPatch) -> None:
    original = v1.order_accepted

    def order_accepted(front: Any, state: Any) -> Any:
        items = replace(state.items, now=state.items.before or state.items.now)
        return original(front, replace(state, items=items))

    patch.setattr(v1, "order_accepted", order_accepted)
