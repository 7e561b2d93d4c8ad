"""The judge treats pixels and wrappers of version 2 like wrappers of version 1."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from support.jirafe_bodies import flat
from support.recordings import ADDED, IN_CART, STORE, Story, codes, iso, verdict

from harness.events import Reading
from harness.protocols.jirafe.rules.cross_beacon import claims

SEARCH = {"keyword": "tumbler", "page": 1, "results": 3}
SHOWN = {"search": {"keyword": "tumbler", "page": 1, "total_results": 3}}
PIXELS = "https://events.jirafe.com/v1/tracker/pixel.gif?"


class PixelStory(Story):
    """A tracker that sends each event as a pixel; `wrong` are parameters with other values."""

    wrong: Mapping[str, Any] = {}

    def send(self, *events: Mapping[str, Any]) -> "Story":
        for event in events:
            query = {
                "sid": "1",
                "ts": iso(self.now + self.clock),
                "ct": self.title,
                "cu": self.page["current_url"],
                "pt": self.page["current_type"],
                "ru": self.page["referrer_url"],
                "vid": self.visit["id"],
                "vis": self.visit["visitor"],
                "vlnd": self.visit["landing_url"],
                "vref": self.visit["referrer_url"],
                "uag": self.visit["user_agent"],
                "ev": event,
                **self.wrong,
            }
            self.request(b"", method="GET", url=PIXELS + urlencode(list(flat(query))))
        return self


class WrapperStory(Story):
    """A tracker that sends wrappers of version 2."""

    def send(self, *events: Mapping[str, Any]) -> "Story":
        for event in events:
            name = event["event_type"]
            body = {"site": "1", "timestamp": iso(self.now + self.clock), "page": {"page_id": "5"}, "visit": self.visit}
            if name == "pageview":
                body[name] = {key: value for key, value in event.items() if key != "event_type"}
            if search := body.get(name, {}).get("search"):
                body[name]["search"] = {"term" if key == "keyword" else key: value for key, value in search.items()}
            self.request(json.dumps(body).encode(), url=f"https://event.jirafe.com/v2/tracker/{name}")
        return self


def walk(story: Story) -> Story:
    story.step().show("/", referrer="https://www.google.com/")
    return story.step().show("/search?q=tumbler", "search", about=SHOWN, search=SEARCH, referrer=f"{STORE}/")


JOURNEY = "- arrive: {at: home, from: www.google.com}\n- search: tumbler\n"


@pytest.mark.parametrize("story", [Story, PixelStory, WrapperStory])
def test_a_healthy_journey_has_no_finding(story: type[Story]) -> None:
    assert verdict(walk(story()).tale(), JOURNEY) == []


def test_a_cart_event_in_a_pixel_is_found() -> None:
    story = PixelStory().step().show("/", before=[ADDED], changes=[IN_CART], starts_visit=True)
    assert verdict(story.tale(), "- arrive\n") == []
    missing = PixelStory().step().show("/", changes=[IN_CART], starts_visit=True)
    assert codes(missing.tale(), "- arrive\n") == [("missing-event", "add_item_to_cart")]


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        ({"vid": "77", "vis": "9001"}, "swapped-ids", "/visit/id"),
        ({"vlnd": f"{STORE}/elsewhere"}, "wrong-value", "/visit/landing_url"),
        ({"ct": "Another title"}, "wrong-value", "/page/current_title"),
        ({"cu": f"{STORE}/elsewhere"}, "wrong-value", "/page/current_url"),
        ({"ts": "2001-01-01T00:00:00Z"}, "clock-skew", "/timestamp"),
        ({"sid": ""}, "schema", "/site"),
    ],
)
def test_a_wrong_parameter_of_a_pixel_is_a_finding(wrong: Mapping[str, Any], code: str, pointer: str) -> None:
    story = PixelStory()
    story.wrong = wrong
    story.step().show("/", referrer="https://www.google.com/")
    found = verdict(story.tale(), "- arrive: {at: home, from: www.google.com}\n")
    assert (code, pointer) in [(each.code, each.evidence.pointer) for each in found]


def test_a_missing_page_view_of_version_2_is_a_finding() -> None:
    story = walk(WrapperStory())
    story.records = [each for each in story.records if "search" not in str(getattr(each, "body", ""))]
    assert codes(story.tale(), JOURNEY) == [("missing-event", "pageview")]


def test_empty_ids_of_two_visits_do_not_contradict_each_other() -> None:
    """Errata 39."""
    values = ({"id": "", "visitor": "", "user_agent": agent} for agent in ("a", "b"))
    readings = [Reading(envelope={"site": "1", "visit": visit}, events=(), findings=()) for visit in values]
    assert [claims(reading) for reading in readings] == [(), ()]
