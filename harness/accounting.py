"""Every expectation met, every event accounted for: what the journey and the scenario make due against what arrived."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from harness.actions import substitute
from harness.events import Event
from harness.expectation import Expectation, evidence, missing, pair, pair_nearest, wrong
from harness.finding import Finding
from harness.matching import matches
from harness.scenario import Expect, Scenario, Step, Wanted
from harness.timeline import StepTimeline, Timeline
from harness.variables import Variables


@dataclass(kw_only=True)
class Account:
    """One step: the events that arrived in it, those that met something due, what is still due, what is left over."""

    step: StepTimeline
    variables: Variables
    events: list[Event]
    met: list[Event] = field(default_factory=list)
    due: list[Expectation] = field(default_factory=list)
    left: list[Event] = field(default_factory=list)


def open_accounts(
    timeline: Timeline, scenario: Scenario, implied: Iterable[Expectation], shopper: Mapping[str, str]
) -> list[Account]:
    """One account a step, with everything settled that arrived as it should."""
    places = {step.number: f"{scenario.file}:{step.line}" for step in scenario.steps}
    due = [replace(expectation, place=places.get(expectation.step, "")) for expectation in implied]
    variables = Variables({"shopper": shopper})
    accounts = []
    for step in timeline.steps:
        variables = variables.after(timeline.store, step.entries)
        here, events = [item for item in due if item.step == step.number], step.events
        pairing = pair(here, events)
        accounts.append(
            Account(
                step=step,
                variables=variables,
                events=events,
                met=[events[index] for index in pairing.pairs.values()],
                due=[here[index] for index in pairing.unmet],
                left=[events[index] for index in pairing.left],
            )
        )
    return accounts


def is_settled(accounts: Sequence[Account], scenario: Scenario) -> bool:
    """Whether everything due so far has come, in the journey's own terms and in the scenario's."""
    if any(account.due for account in accounts):
        return False
    return not any(_unmet(expect, segment) for expect, segment in _segments(accounts, scenario))


def close_accounts(accounts: Sequence[Account], scenario: Scenario) -> list[Finding]:
    """All findings: what is missing, late, wrong, twice, out of order, unexpected or forbidden."""
    written = [finding for expect, segment in _segments(accounts, scenario) for finding in _written(expect, segment)]
    found = [*_late(accounts), *_wrong(accounts)]
    found += [missing(due, account.events) for account in accounts for due in account.due]
    found += [finding for finding in written if not _is_told(finding, found)]
    return [*found, *_left_over(accounts, scenario), *_forbidden(accounts, scenario)]


def _segments(accounts: Sequence[Account], scenario: Scenario) -> list[tuple[Expect, list[Account]]]:
    """Each `expect` with the accounts since the one before it; those that the journey did not come to are left out."""
    by_number = {account.step.number: account for account in accounts}
    segments: list[tuple[Expect, list[Account]]] = []
    segment: list[Account] = []
    for item in scenario.items:
        if isinstance(item, Step):
            if item.number not in by_number or by_number[item.number].step.failure:
                return segments
            segment.append(by_number[item.number])
        elif segment:
            segments.append((item, segment))
            segment = []
    return segments


def _expectation(wanted: Wanted, account: Account, file: str) -> Expectation:
    return Expectation(
        type=wanted.type,
        pattern=substitute(dict(wanted.pattern), account.variables.or_as_written),
        why="the scenario asks for it",
        step=account.step.number,
        place=f"{file}:{wanted.line}",
        url=account.step.url,
    )


def _match(expect: Expect, segment: Sequence[Account]) -> tuple[list[Expectation], list[Event], dict[int, int]]:
    """What is asked for, the events to choose from, and which meets which; events already accounted for come first."""
    events = [event for account in segment for event in account.events]
    met = [event for account in segment for event in account.met]
    asked = [_expectation(wanted, segment[-1], expect.file) for wanted in expect.wanted for _ in range(wanted.least)]
    prefer = [index for index, event in enumerate(events) if _is_among(event, met)]
    return asked, events, dict(pair(asked, events, prefer=prefer).pairs)


def _unmet(expect: Expect, segment: Sequence[Account]) -> list[Expectation]:
    asked, _events, pairs = _match(expect, segment)
    return [expectation for index, expectation in enumerate(asked) if index not in pairs]


def _written(expect: Expect, segment: Sequence[Account]) -> list[Finding]:
    """Findings for one `expect`. What it accounts for is no longer left over."""
    asked, events, pairs = _match(expect, segment)
    used = [events[index] for index in pairs.values()] + _spare(expect, segment)
    for account in segment:
        account.left = [event for event in account.left if not _is_among(event, used)]
    lacking = [missing(item, events) for index, item in enumerate(asked) if index not in pairs]
    if lacking or not expect.in_order:
        return lacking
    return _disorder(asked, [events[pairs[index]] for index in range(len(asked))], events)


def _spare(expect: Expect, segment: Sequence[Account]) -> list[Event]:
    """Events beyond the least number that `$times` lets pass."""
    spare: list[Event] = []
    for wanted in expect.wanted:
        if wanted.most != wanted.least:
            expectation = _expectation(wanted, segment[-1], expect.file)
            fitting = [event for account in segment for event in account.events if expectation.met_by(event)]
            spare += fitting if wanted.most is None else fitting[: wanted.most]
    return spare


def _disorder(asked: Sequence[Expectation], used: Sequence[Event], events: Sequence[Event]) -> list[Finding]:
    """The first pair of events that came the wrong way round."""
    places = [next(index for index, event in enumerate(events) if event is item) for item in used]
    for index in range(1, len(used)):
        if places[index] < places[index - 1]:
            before, after = used[index - 1], used[index]
            return [
                Finding(
                    code="wrong-order",
                    message=f"{after.type} came before {before.type}; the scenario asks for {before.type} first",
                    hint="send the events in the order in which things happen, and keep it when several go out together",
                    step=asked[index].step,
                    place=asked[index].place,
                    evidence={**evidence(after, url=asked[index].url), "nearest": _seen(before)},
                )
            ]
    return []


def _late(accounts: Sequence[Account]) -> list[Finding]:
    """What was due in a step and came in a later one."""
    found = []
    for position, account in enumerate(accounts):
        for expectation in list(account.due):
            for later in accounts[position + 1 :]:
                event = next((event for event in later.left if expectation.met_by(event)), None)
                if event is not None:
                    later.left.remove(event)
                    account.due.remove(expectation)
                    found.append(_late_finding(expectation, event, later))
                    break
    return found


def _late_finding(expectation: Expectation, event: Event, later: Account) -> Finding:
    return Finding(
        code="late-event",
        message=f"{event.type} was due in step {expectation.step} ({expectation.why}) and came in step {later.step.number}",
        hint="send it when it happens; what waits for the next page is lost when the shopper leaves",
        step=expectation.step,
        place=expectation.place,
        evidence=evidence(event, url=expectation.url),
    )


def _wrong(accounts: Sequence[Account]) -> list[Finding]:
    """What came in the step in which it was due, with other values."""
    found = []
    for account in accounts:
        due, left = account.due, account.left
        pairs = pair_nearest(due, left)
        found += [wrong(due[number], left[index]) for number, index in pairs.items()]
        account.due = [item for number, item in enumerate(due) if number not in pairs]
        account.left = [item for index, item in enumerate(left) if index not in pairs.values()]
    return found


def _is_told(finding: Finding, others: Sequence[Finding]) -> bool:
    """Whether a finding about a written expectation says only what one about the journey says already."""
    return any(_same_cause(finding.evidence, other.evidence) for other in others)


def _same_cause(written: Mapping[str, Any], implied: Mapping[str, Any]) -> bool:
    if written["event"] != implied.get("event"):
        return False
    if "expected" in implied:
        return _compatible(written["expected"], implied["expected"])
    near = written.get("nearest", {})
    pointers = {item["pointer"] for item in implied.get("differences", ())}
    return (
        near.get("beacon") == implied.get("beacon") and {item["pointer"] for item in written["differences"]} <= pointers
    )


def _compatible(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both patterns can be meant by one event: no field in both with different values."""
    return all(
        _compatible(value, other[key])
        if isinstance(value, Mapping) and isinstance(other[key], Mapping)
        else matches(other[key], value) or matches(value, other[key])
        for key, value in one.items()
        if key in other
    )


def _left_over(accounts: Sequence[Account], scenario: Scenario) -> list[Finding]:
    found = []
    for position, account in enumerate(accounts):
        for event in account.left:
            twin = _twin(event, accounts[: position + 1])
            if twin is not None:
                found.append(_duplicate(event, twin, account))
            elif scenario.others == "error":
                found.append(_unexpected(event, account))
    return found


def _twin(event: Event, accounts: Sequence[Account]) -> Event | None:
    """The event that this one repeats, word for word: in the same step, or ever where the first told of something unique."""
    here = accounts[-1].events
    earlier = [other for account in accounts for other in account.met if other.type == event.type]
    candidates = [*here, *earlier] if len(earlier) <= 1 else here
    same = [
        other for other in candidates if other is not event and other.type == event.type and other.body == event.body
    ]
    return next(iter(same), None)


def _duplicate(event: Event, twin: Event, account: Account) -> Finding:
    again = "in the same beacon" if twin.beacon is event.beacon else f"first in beacon {twin.beacon.number}"
    return Finding(
        code="duplicate-event",
        message=f"{event.type} was sent more than once: again in beacon {event.beacon.number}, {again}",
        hint="call the tracker once for each thing that happens; look for a snippet that stands twice, or a repeated call",
        step=account.step.number,
        place=event.pointer,
        evidence={**evidence(event, url=account.step.url), "nearest": _seen(twin)},
    )


def _unexpected(event: Event, account: Account) -> Finding:
    data = evidence(event, url=account.step.url)
    message = f"{event.type} arrived, and nothing in this step accounts for it"
    return Finding(
        code="unexpected-event",
        message=message,
        hint="if it is right that it comes here, expect it in the scenario, or write 'others: allow'",
        step=account.step.number,
        place=event.pointer,
        evidence={**data, "body": event.body},
    )


def _forbidden(accounts: Sequence[Account], scenario: Scenario) -> list[Finding]:
    found = []
    for wanted in scenario.never:
        for account in accounts:
            expectation = _expectation(wanted, account, scenario.file)
            for event in account.events:
                if expectation.met_by(event):
                    found.append(
                        Finding(
                            code="forbidden-event",
                            message=f"{event.type} arrived, and the scenario says never",
                            hint="look at what makes the page send it here",
                            step=account.step.number,
                            place=expectation.place,
                            evidence={**evidence(event, url=account.step.url), "body": event.body},
                        )
                    )
    return found


def _seen(event: Event) -> dict[str, Any]:
    return {"beacon": event.beacon.number, "event": event.type, "body": event.body}


def _is_among(event: Event, events: Iterable[Event]) -> bool:
    return any(event is other for other in events)
