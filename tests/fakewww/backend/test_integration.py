"""The connection of store and collector: the page with the state of sending, the end, and addresses."""

import asyncio

import pytest
from aiohttp.test_utils import TestServer
from support.fake_collector import Collector, collector_after, kinds_and_statuses, sending
from support.store_client import store

from fakewww.app import create_app
from fakewww.backend.integration import IntegrationError
from fakewww.backend.outbox import Wire
from fakewww.options import StoreSettings
from fakewww.shop import SHOP


def test_the_state_page_reports_sent_and_refused_documents():
    no = {"success": False, "error_type": "validation", "errors": {"id": "None is not of type 'string'"}}

    async def ask(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.add()
        async with shopper.http.get("/backend.json?wait=5") as response:
            state = await response.json()
        assert state == {
            "backend": "v2",
            "pending": 0,
            "sent": 2,
            "refused": 1,
            "retries": 0,
            "trouble": "",
            "failed": [{"n": 2, "kind": "cart", "path": "/v2/1/cart", "status": 400, "answer": no}],
        }

    collector_after(ask, collector=Collector(answers={400: no}), behaviours=[400])


def test_the_state_page_reports_pending_documents():
    async def ask(here):
        shopper = await here.shopper()
        await shopper.add()
        await shopper.add()
        async with shopper.http.get("/backend.json") as response:
            assert (await response.json())["pending"] == 2
        here.collector.over.set()

    collector_after(ask, behaviours=["silence"], timeout=60)


async def test_the_state_of_a_store_without_a_back_end_is_off():
    async with store() as visitor, visitor().http.get("/backend.json?wait=5") as response:
        state = await response.json()
        assert (state["backend"], state["pending"]) == ("off", 0)


def test_a_wait_that_is_not_a_number_is_refused():
    async def ask(here):
        async with here.visitor().http.get("/backend.json?wait=long") as response:
            assert response.status == 400

    collector_after(ask)


async def test_a_closing_store_sends_the_remaining_documents():
    collector = Collector()
    async with sending(collector=collector) as here:
        await (await here.shopper()).buy()
    assert [status for _, status in kinds_and_statuses(collector.accepted)][-1] == "accepted"


@pytest.mark.parametrize("host", ["event.jirafe.com", "events.jirafe.com", "EVENT.jirafe.com", "event.jirafe.com."])
def test_nothing_can_be_sent_to_production(host):
    with pytest.raises(IntegrationError, match="production"):
        create_app(StoreSettings(backend="v2", backend_url=f"https://{host}"))


async def test_an_unknown_host_is_never_requested():
    failed = asyncio.Event()

    async def hold(_seconds, closing):
        failed.set()
        await closing.wait()

    wire = Wire(resolve={("event.jirafe.com", 80): 9}, pause=hold)
    app = create_app(StoreSettings(backend="v2", backend_url="http://events.jirafe.com", backend_wire=wire))
    async with TestServer(app), asyncio.timeout(10):
        await failed.wait()
        assert "events.jirafe.com:80 is not reachable" in app[SHOP].backend.state()["trouble"]


@pytest.mark.parametrize("url", ["", "localhost", "ftp://x", "http://"])
def test_an_invalid_address_is_refused(url):
    with pytest.raises(IntegrationError, match="not an absolute address"):
        create_app(StoreSettings(backend="v1", backend_url=url))
    with pytest.raises(IntegrationError, match="not an absolute address"):
        create_app(StoreSettings(backend="v1", backend_url="http://127.0.0.1:9", store_url=url))


def test_the_shopper_does_not_wait_for_the_collector():
    async def buy(here):
        receipt = await (await here.shopper()).buy()
        assert receipt.status == 200
        assert here.collector.accepted == []
        here.collector.over.set()

    collector = collector_after(buy, behaviours=["silence"], timeout=60)
    assert [status for _, status in kinds_and_statuses(collector.accepted)][-2:] == ["placed", "accepted"]
