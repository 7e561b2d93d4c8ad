"""Every expectation met, every event accounted for: what a journey makes due against what arrived, step by step."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.events import Event
from harness.findings import Finding, Scope
from harness.judge.expectations import (
    Expectation,
    astray,
    evidence,
    late,
    lost,
    missing,
    nearest_event,
    pair,
    pair_nearest,
    unsendable,
    wrong,
)
from harness.judge.request_rules import Faults
from harness.recording.timeline import StepTimeline, Timeline, is_refused_for_good
from harness.scenario.model import Scenario
from harness.scenario.variables import Variables


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """An expectation that is spoken of in a finding, and the event that came for it, if one did."""

    expectation: Expectation
    event: Event | None = None


@dataclass(kw_only=True)
class Account:
    """One step: the events that arrived in it, those that met something due, what is still due, what is left over.

    `documents` are those that arrived in it, or before the first, as events; only what is written asks for them.
    `troubles` are the expectations that were not met and are due no longer, because a finding speaks of them.
    """

    step: StepTimeline
    variables: Variables
    events: list[Event]
    documents: list[Event] = field(default_factory=list)
    met: list[tuple[Expectation, Event]] = field(default_factory=list)
    due: list[Expectation] = field(default_factory=list)
    left: list[Event] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def settle(self, expectation: Expectation, event: Event | None = None) -> None:
        """An expectation is due no longer, and the event that came for it is not left over."""
        self.due = [item for item in self.due if item is not expectation]
        self.troubles.append(Trouble(expectation=expectation, event=event))
        if event is not None:
            self.release(event)

    def release(self, event: Event) -> None:
        """The event is not left over any more."""
        self.left = [item for item in self.left if item is not event]


def open_accounts(
    timeline: Timeline, scenario: Scenario, implied: Iterable[Expectation], shopper: Mapping[str, str]
) -> list[Account]:
    """One account a step, with everything settled that arrived as it should."""
    places = {step.number: f"{scenario.file}:{step.line}" for step in scenario.steps}
    due = [replace(expectation, place=places.get(expectation.step, "")) for expectation in implied]
    variables = Variables({"shopper": shopper})
    accounts = []
    opening = timeline.opening.documents
    for step in timeline.steps:
        variables = variables.after(timeline.store, (*step.facts, *step.entries))
        here, events = [item for item in due if item.step == step.number], step.events
        pairs = pair(here, events)
        taken = set(pairs.values())
        accounts.append(
            Account(
                step=step,
                variables=variables,
                events=events,
                documents=[document.as_event for document in (*opening, *step.documents)],
                met=[(here[number], events[index]) for number, index in pairs.items()],
                due=[item for number, item in enumerate(here) if number not in pairs and not item.may_miss_events],
                left=[event for index, event in enumerate(events) if index not in taken],
            )
        )
        _write_off(accounts[-1])
        opening = []
    return accounts


def _write_off(account: Account) -> None:
    """What the collector refused for good, on purpose, is nobody's loss: it shall not be sent again."""
    arrivals = (arrival for arrival in account.step.faulted if is_refused_for_good(arrival.beacon))
    refused = [event for arrival in arrivals for event in arrival.reading.events]
    due = account.due
    for number, index in pair(due, refused).items():
        account.settle(due[number], refused[index])


def is_overdue(accounts: Sequence[Account]) -> bool:
    """Whether anything is due that nothing holds up."""
    for position, account in enumerate(accounts):
        in_time = _in_time(position, accounts)
        if account.step.tracker_blocked:
            continue
        if account.step.delayed and not (in_time and in_time[-1].step.recovers):
            continue
        left = [event for later in in_time for event in later.left]
        if len(pair(account.due, left)) < len(account.due):
            return True
    return False


def _in_time(position: int, accounts: Sequence[Account]) -> list[Account]:
    """The later steps in which what was held up in this one still arrives in time."""
    found = []
    for account in accounts[position + 1 :] if accounts[position].step.delayed else ():
        if not (account.step.delayed or account.step.recovers):
            break
        found.append(account)
        if account.step.recovers:
            break
    return found


def close_accounts(accounts: Sequence[Account], faults: Faults) -> list[Finding]:
    """What is due and did not come as it should: late, with other values, or not at all. What broke off is left out."""
    for account in accounts:
        _forgive(account, faults)
    found = _late(accounts)
    for account in accounts:
        found += _wrong(account, faults)
        found += _missing(account)
    return found


def take_late(expectation: Expectation, later: Iterable[Account]) -> Finding | None:
    """The finding where what was due came in a later step; the event is then not left over there."""
    for account in later:
        event = next((event for event in account.left if expectation.met_by(event)), None)
        if event is not None:
            account.release(event)
            return late(expectation, event, step=account.step.number)
    return None


def left_over(accounts: Sequence[Account], scenario: Scenario, *, known: Iterable[str] | None = None) -> list[Finding]:
    """What arrived and nothing accounts for: repeats, and whatever else comes where the scenario allows no others.

    Of events whose type is not in `known` nobody can tell whether they are right; None stands for all types.
    """
    originals: dict[str, Event] = {}
    types = None if known is None else set(known)
    found = []
    for account in accounts:
        left = account.left if account.step.consent_granted and not account.step.failure else []
        here = {_text(event): event for event in reversed(account.events)} if left else {}
        here.update((_text(event), event) for _expectation, event in account.met if left)
        for event in left:
            twin = here[_text(event)]
            twin = originals.get(_text(event), event) if twin is event else twin
            if twin is not event:
                found.append(_duplicate(event, twin, account))
            elif scenario.others == "error" and (types is None or event.type in types):
                found.append(_unexpected(event, account))
        originals.update((_text(event), event) for expectation, event in account.met if not expectation.recurs)
    return found


def _text(event: Event) -> str:
    return json.dumps([event.type, event.body], sort_keys=True)


def _forgive(account: Account, faults: Faults) -> None:
    """Settle what needs no words of its own: events of a misspelt type, and what is due in a step that broke off."""
    for event in list(account.left):
        meant = faults.meant_type(event)
        if meant is None:
            continue
        account.release(event)
        alike = [item for item in account.due if meant in ("", item.type)]
        if alike:
            nearest = min(alike, key=lambda item: (bool(item.strays(event)), len(item.differences(event))))
            account.settle(nearest, event)
    if account.step.failure or account.step.tracker_blocked:
        for expectation in account.due:
            account.settle(expectation)


def _late(accounts: Sequence[Account]) -> list[Finding]:
    found = []
    for position, account in enumerate(accounts):
        _held_up(account, _in_time(position, accounts))
        for expectation in account.due:
            finding = take_late(expectation, accounts[position + 1 :])
            if finding is not None:
                account.settle(expectation)
                found.append(finding)
    return found


def _held_up(account: Account, later: Sequence[Account]) -> None:
    """Settle what could not arrive in its step, and came as soon as it could."""
    for expectation in account.due:
        for other in later:
            event = next((event for event in other.left if expectation.met_by(event)), None)
            if event is not None:
                other.release(event)
                account.settle(expectation)
                break


def _wrong(account: Account, faults: Faults) -> list[Finding]:
    """What came in the step in which it was due, with other values. What a body's own findings tell is not told again."""
    found = []
    due, left = account.due, account.left
    for number, index in pair_nearest(due, left).items():
        expectation, event = due[number], left[index]
        account.settle(expectation, event)
        differing = [item for item in expectation.differences(event) if not faults.explain(event, item)]
        elsewhere = expectation.astray(event)
        if differing:
            found.append(wrong(expectation, event, differing))
        elif elsewhere is not None:
            found.append(astray(expectation, event, elsewhere))
    if faults.swallowed(account.step):
        for expectation in account.due:
            account.settle(expectation)
    return found


def _missing(account: Account) -> Iterator[Finding]:
    """What did not come at all; where nothing came from a page that had more than one thing to say, once for the page."""
    answered = {expectation.url for expectation, _event in account.met}
    answered |= {trouble.expectation.url for trouble in account.troubles}
    yield from _lost(account)
    for url in dict.fromkeys(expectation.url for expectation in account.due):
        due = [expectation for expectation in account.due if expectation.url == url]
        findings = [_not_come(expectation, account) for expectation in due]
        if len(due) > 1 and url not in answered and not account.step.images_only:
            yield _silent_page(findings, url)
        else:
            yield from findings
        for expectation in due:
            account.settle(expectation)


def _not_come(expectation: Expectation, account: Account) -> Finding:
    finding = missing(expectation, account.events)
    unable = account.step.images_only and not expectation.is_picture
    return unsendable(finding, expectation.type) if unable else finding


def _lost(account: Account) -> Iterator[Finding]:
    """What came only where a fault struck it."""
    faulted = [event for arrival in account.step.faulted for event in arrival.reading.events]
    due = account.due
    for number, index in pair(due, faulted).items():
        account.settle(due[number])
        yield lost(due[number], faulted[index])


def _silent_page(findings: Sequence[Finding], url: str) -> Finding:
    first = findings[0]
    types = [finding.evidence.event or "" for finding in findings]
    also = [{"step": finding.step, "message": finding.message} for finding in findings]
    return replace(
        first,
        message=f"{', '.join(types[:-1])} and {types[-1]} are missing: nothing came from {url}",
        hint="is the tracker's snippet on this page, and does a script fail before it? The page's console may tell",
        scope=Scope(page_events=tuple(types)),
        also=tuple(also),
    )


def _duplicate(event: Event, twin: Event, account: Account) -> Finding:
    first, again = sorted((twin.beacon.number, event.beacon.number))
    times = f"again in beacon {again}, first in beacon {first}" if first != again else f"twice in beacon {first}"
    whole = first != again and _all(event) == _all(twin)
    url = account.step.url_of(event.beacon)
    return Finding(
        code="duplicate-event",
        message=f"{event.type} was sent more than once: {times}{', like all that is in it' if whole else ''}",
        hint="call the tracker once for each thing that happens; look for a snippet that stands twice, or a repeated call",
        step=account.step.number,
        place=event.pointer,
        evidence=replace(evidence(event, url=url), nearest_event=nearest_event(twin)),
        scope=Scope(whole_beacon=whole),
    )


def _all(event: Event) -> Any:
    """What was said together with an event, but for events beyond the hundredth."""
    if not event.pointer:
        return event.body
    data = event.envelope.get(event.pointer.split("/")[1])
    return data[:100] if isinstance(data, list) else data


def _unexpected(event: Event, account: Account) -> Finding:
    due = sum(expectation.type == event.type for expectation, _event in account.met)
    came = sum(other.type == event.type for other in account.events)
    why = f"arrived {came} times in this step, and the journey accounts for {due}" if due else ""
    return Finding(
        code="unexpected-event",
        message=f"{event.type} {why or 'arrived, and nothing in this step accounts for it'}",
        hint="if it is right that it comes here, expect it in the scenario, or write 'others: allow'",
        step=account.step.number,
        place=event.pointer,
        evidence=replace(evidence(event, url=account.step.url_of(event.beacon)), body=event.body),
    )
