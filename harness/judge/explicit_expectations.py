"""What a scenario asks for in so many words, against what arrived: each `expect`, and `never`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from harness.events import Event, is_document_name
from harness.findings import Finding
from harness.json_matching import matches
from harness.judge.expectations import Expectation, evidence, missing, nearest_event, pair, pair_nearest, wrong
from harness.judge.implicit_expectations import Account, Trouble, take_late
from harness.judge.request_rules import Faults
from harness.scenario.model import Expect, Scenario, SetFaults, Step, EventPattern
from harness.scenario.variables import Variables, substitute


@dataclass(frozen=True, kw_only=True)
class Segment:
    """The steps since the expectation before, what is asked of them, and the steps that came after."""

    expect: Expect
    accounts: tuple[Account, ...]
    later: tuple[Account, ...]

    @property
    def events(self) -> list[Event]:
        """The events, and after them the documents."""
        events = [event for account in self.accounts for event in account.events]
        return [*events, *(document for account in self.accounts for document in account.documents)]


def is_met(accounts: Sequence[Account], scenario: Scenario) -> bool:
    """Whether all that the scenario asks for so far has arrived. What stands behind faults is not asked for before they are set."""
    come = {faults.number for account in accounts for faults in account.step.faults}
    later = [item.number for item in scenario.items if isinstance(item, SetFaults) and item.number not in come]
    here = max((account.step.number for account in accounts), default=0)
    end = min((number for number in later if number > here), default=None)
    so_far = replace(scenario, items=tuple(item for item in scenario.items if end is None or item.number < end))
    segments = ((segment, _asked(segment)) for segment in _segments(accounts, so_far))
    return all(len(_match(segment, asked)) == len(asked) for segment, asked in segments)


def written_findings(accounts: Sequence[Account], scenario: Scenario, faults: Faults) -> list[Finding]:
    """Findings about what is written and what only they tell. What is written accounts for the events that meet it."""
    found = list(_forbidden(accounts, scenario))
    for segment in _segments(accounts, scenario):
        found += _judge(segment, faults)
    return found


def _segments(accounts: Sequence[Account], scenario: Scenario) -> Iterator[Segment]:
    """Each `expect` with the steps before it; those that the journey did not come to are left out."""
    by_number = {account.step.number: position for position, account in enumerate(accounts)}
    positions: list[int] = []
    for item in scenario.items:
        if isinstance(item, Expect):
            here = tuple(accounts[position] for position in positions)
            yield Segment(expect=item, accounts=here, later=tuple(accounts[positions[-1] + 1 :]))
            positions = []
        if not isinstance(item, Step):
            continue
        position = by_number.get(item.number)
        if position is None or accounts[position].step.failure:
            return
        positions.append(position)


def _expectation(wanted: EventPattern, account: Account, file: str) -> Expectation:
    return Expectation(
        type=wanted.type,
        pattern=_filled_in(wanted.pattern, account.variables),
        wrapper=_filled_in(wanted.wrapper, account.variables),
        why="the scenario asks for it",
        step=account.step.number,
        place=f"{file}:{wanted.line}",
        url=account.step.url,
    )


def _filled_in(pattern: Any, variables: Variables) -> Any:
    """The pattern with a value for each variable. Keys are field names and matchers, and stay as they are."""
    if isinstance(pattern, Mapping):
        return {key: _filled_in(value, variables) for key, value in pattern.items()}
    if isinstance(pattern, list | tuple):
        return [_filled_in(item, variables) for item in pattern]
    return substitute(pattern, variables.or_as_written)


def _asked(segment: Segment) -> list[Expectation]:
    """One expectation for each event that must come."""
    expect, last = segment.expect, segment.accounts[-1]
    return [each for wanted in expect.patterns for each in [_expectation(wanted, last, expect.file)] * wanted.least]


def _match(segment: Segment, asked: Sequence[Expectation]) -> dict[int, int]:
    """Which event meets what is asked for; what the journey accounts for comes first, or what comes in order, if it must."""
    events = segment.events
    met = {id(event) for account in segment.accounts for _expectation, event in account.met}
    prefer = {index for index, event in enumerate(events) if id(event) in met}
    in_order = _in_sequence(asked, events) if segment.expect.in_order else {}
    return in_order or pair(asked, events, prefer=prefer)


def _in_sequence(asked: Sequence[Expectation], events: Sequence[Event]) -> dict[int, int]:
    """The first events that meet these one after the other; empty where they do not come in that order.

    Documents have an order of their own: by which way the sooner arrives, a page's or a back end's, nobody can say.
    """
    found: dict[int, int] = {}
    rests = {False: iter(enumerate(events)), True: iter(enumerate(events))}
    for number, expectation in enumerate(asked):
        rest = rests[is_document_name(expectation.type)]
        index = next((index for index, event in rest if expectation.met_by(event)), None)
        if index is None:
            return {}
        found[number] = index
    return found


def _judge(segment: Segment, faults: Faults) -> Iterator[Finding]:
    asked, events = _asked(segment), segment.events
    pairs = _match(segment, asked)
    used = {id(events[index]) for index in pairs.values()}
    for wanted in segment.expect.patterns:
        yield from _too_many(wanted, segment, used)
    for account in segment.accounts:
        account.left = [event for event in account.left if id(event) not in used]
    yield from _unmet([item for number, item in enumerate(asked) if number not in pairs], segment, faults)
    if segment.expect.in_order and len(pairs) == len(asked):
        for is_document in (False, True):
            numbers = [number for number, item in enumerate(asked) if is_document_name(item.type) == is_document]
            yield from _disorder([(asked[number], pairs[number]) for number in numbers], events)


def _too_many(wanted: EventPattern, segment: Segment, used: set[int]) -> Iterator[Finding]:
    """Use what `$times` lets pass beyond the least number. What is more, and is right by the store, is a finding."""
    same = [event for event in segment.events if event.type == wanted.type]
    if all(id(event) in used for event in same):
        return
    expectation = _expectation(wanted, segment.accounts[-1], segment.expect.file)
    like_it = [event for event in same if expectation.met_by(event)]
    more = [event for event in like_it if id(event) not in used]
    spare = len(more) if wanted.most is None else wanted.most - wanted.least
    used |= {id(event) for event in more[:spare]}
    left = {id(event) for account in segment.accounts for event in account.left}
    extra = [event for event in more[spare:] if id(event) not in left]
    if not extra:
        return
    used |= {id(event) for event in extra}
    is_document = is_document_name(wanted.type)
    yield Finding(
        code="unexpected-document" if is_document else "unexpected-event",
        message=f"{wanted.type} arrived {_times(len(like_it))}{'' if is_document else ', as the journey makes it due'}; "
        f"the scenario asks for it {_how_often(wanted)}",
        hint='ask for one of them by its fields, or say how many: {$times: 2}, {$times: "1+"}',
        step=expectation.step,
        place=expectation.place,
        evidence=replace(evidence(extra[0], url=expectation.url), body=extra[0].body),
    )


def _how_often(wanted: EventPattern) -> str:
    if wanted.most == wanted.least:
        return _times(wanted.least) if wanted.most else "not at all"
    return f"at most {_times(wanted.most or 0)}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _unmet(asked: Sequence[Expectation], segment: Segment, faults: Faults) -> Iterator[Finding]:
    """What is asked for and did not come. What a finding about the journey or a body tells is not told again."""
    still = [expectation for expectation in asked if not _is_told(expectation, segment, faults)]
    left = [event for account in segment.accounts for event in account.left]
    instead = pair_nearest(still, left)
    for number, expectation in enumerate(still):
        finding = take_late(expectation, segment.later)
        if finding is not None:
            yield finding
        elif number in instead:
            yield from _instead(expectation, left[instead[number]], segment, faults)
        elif not any(faults.swallowed(account.step) for account in segment.accounts):
            yield missing(expectation, segment.events)


def _instead(expectation: Expectation, event: Event, segment: Segment, faults: Faults) -> Iterator[Finding]:
    """An event that nothing else accounts for came with other values."""
    for account in segment.accounts:
        account.release(event)
    differing = [item for item in expectation.differences(event) if not faults.explain(event, item)]
    if differing:
        yield wrong(expectation, event, differing)


def _is_told(written: Expectation, segment: Segment, faults: Faults) -> bool:
    """Whether other findings say already what is wrong with the event that is asked for.

    They do where all that differs lies where a body is known to be wrong, or where what is written only narrows something
    that the journey makes due, and that a finding speaks of.
    """
    for event in (event for event in segment.events if event.type == written.type):
        if all(faults.explain(event, item) for item in written.differences(event)) and not written.met_by(event):
            return True
    troubles = (trouble for account in segment.accounts for trouble in account.troubles)
    return any(_narrows(written, trouble, faults) for trouble in troubles)


def _narrows(written: Expectation, trouble: Trouble, faults: Faults) -> bool:
    implied, event = trouble.expectation, trouble.event
    if implied.type != written.type or not _compatible(written.pattern, implied.pattern):
        return False
    if event is None:
        return True
    told = {item.pointer for item in implied.differences(event)}
    return all(item.pointer in told or faults.explain(event, item) for item in written.differences(event))


def _compatible(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether both patterns can be meant by one event: no field in both with different values."""
    for name in one.keys() & other.keys():
        mine, its = one[name], other[name]
        if isinstance(mine, Mapping) and isinstance(its, Mapping):
            if not _compatible(mine, its):
                return False
        elif not matches(its, mine) and not matches(mine, its):
            return False
    return True


def _disorder(asked: Sequence[tuple[Expectation, int]], events: Sequence[Event]) -> Iterator[Finding]:
    """The first event that came before the one that is asked for before it."""
    for (_first, earlier), (expectation, index) in pairwise(asked):
        if index < earlier:
            event, before = events[index], events[earlier]
            yield Finding(
                code="wrong-order",
                message=f"{event.type} came before {before.type}; the scenario asks for {before.type} first",
                hint="send the events in the order in which things happen, and keep it when several go out together",
                step=expectation.step,
                place=expectation.place,
                evidence=replace(evidence(event, url=expectation.url), nearest_event=nearest_event(before)),
            )
            return


def _forbidden(accounts: Sequence[Account], scenario: Scenario) -> Iterator[Finding]:
    for wanted in scenario.never:
        for account in accounts:
            expectation = _expectation(wanted, account, scenario.file)
            for event in [event for event in (*account.events, *account.documents) if expectation.met_by(event)]:
                account.release(event)
                is_document = is_document_name(event.type)
                yield Finding(
                    code="forbidden-document" if is_document else "forbidden-event",
                    message=f"{event.type} arrived, and the scenario says never",
                    hint=f"look at what makes the {'back end' if is_document else 'page'} send it here",
                    step=account.step.number,
                    place=expectation.place,
                    evidence=replace(evidence(event, url=account.step.url_of(event.beacon)), body=event.body),
                )
