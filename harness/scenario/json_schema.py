"""The JSON Schema of scenario files, for completion and hints in editors.

It is draft-07, which YAML language servers support. It accepts every file that `parse_scenario` accepts, and a few more:
some rules, such as that a step precedes each expectation, cannot be expressed in a schema.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from harness.collector_faults import NOTATION, OK, STATUSES, TRAFFIC
from harness.events import is_document_name
from harness.protocol import TrackerProtocol
from harness.scenario.actions import (
    ADDRESS,
    EXPECT,
    FAULTS,
    HOST,
    IN_ORDER,
    PLAIN,
    ROLES,
    STEPPER,
    Action,
    Parameter,
    Shape,
)
from harness.scenario.assumptions import BUILT_IN, LEADS_TO, STORE, WORDS
from harness.scenario.durations import DURATION, WRONG_CLOCK
from harness.scenario.faults import (
    AT_COLLECTOR,
    BLOCKED,
    CLOCK,
    FEATURES,
    FOR,
    HOSTS,
    HURRIES,
    LACKS,
    OFF,
    OFFLINE,
    PRIVACY_SIGNALS,
    REPLACED,
    SCRIPT,
    SHOPPER,
    SIGNALS,
    STANDS_STILL,
)
from harness.scenario.parser import BROWSER_NEEDS, NOT_IN, OTHERS, SHOPPERS, TIMES
from harness.scenario.store_options import STORE_OPTIONS, StoreOption
from harness.scenario.target import Target
from harness.scenario.yaml_source import resolve

Schema = dict[str, Any]

_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_NOTHING: Schema = {"type": "null"}
_EVENTS: Schema = {"$ref": "#/definitions/events"}
_VARIABLE: Schema = {"type": "string", "pattern": r"^\$"}
_TIMES: Schema = {
    "description": "how often: a number such as 2, a minimum such as 1+, or a range such as 0-2",
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 999},
        {"type": "string", "pattern": r"^\d{1,3}(\+|-\d{1,3})?$"},
    ],
}
_KEY: Schema = {**_TEXT, "description": "a key, such as Enter"}


def scenario_schema(target: Target, protocol: TrackerProtocol) -> Schema:
    """The schema of scenarios for this target: its actions and pages, and the protocol's events and documents."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"A scenario for {target.name}",
        "description": "A journey through a store, and the events that are expected, allowed and forbidden.",
        "type": "object",
        "required": ["name", "steps"],
        "additionalProperties": False,
        "properties": _keys(target),
        "definitions": {
            "events": _events(protocol),
            "page": _page(target.pages),
            "element": _element(),
            **{_definition(name): _pattern(schema) for name, schema in protocol.pattern_schemas().items()},
        },
    }


def _keys(target: Target) -> Schema:
    """The keys of a scenario file."""
    steps = {**_list(_item(target)), "minItems": 1, "description": "the shopper's steps, and the expected events"}
    reasons = {
        key: {**_TEXT, "minLength": 1, "description": f"the reason why {browser} cannot run it, in a sentence"}
        for key, browser in NOT_IN.items()
    }
    return {
        "name": {**_TEXT, "minLength": 1, "description": "the journey in a sentence"},
        "about": {"description": "notes for readers"},
        "tags": {**_list(_TEXT), "description": "words to select scenarios by, such as smoke"},
        "shopper": _choice(SHOPPERS, "a new visitor (guest), or the account that the target names (customer)"),
        "store": _store(),
        "assumes": _assumptions(target),
        "browser": _choice(
            BROWSER_NEEDS, "full: a complete browser with a back/forward cache, no headless shell; any: either"
        ),
        **reasons,
        "steps": steps,
        "never": {"$ref": "#/definitions/events", "description": "events that must not be sent"},
        "others": _choice(OTHERS, "the verdict on events that the journey and the expectations do not explain"),
    }


def _assumptions(target: Target) -> Schema:
    pages = {
        f"{name}{LEADS_TO}": {"enum": _either(target.pages), "description": f"the page that {name} shows"}
        for name in target.actions
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {
            **pages,
            WORDS: {**_list(_TEXT), "minItems": 1, "description": "names and values that a store replaces by its own"},
            STORE: {"const": BUILT_IN, "description": "the pages and values of the built-in store"},
        },
        "description": "the assumptions about the store; another store does not run the scenario, or adapts it",
    }


def _definition(name: str) -> str:
    return name if is_document_name(name) else f"event {name}"


def _store() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _option(option) for name, option in STORE_OPTIONS.items()},
        "description": "options of the built-in store",
    }


def _option(option: StoreOption) -> Schema:
    if option.one_of:
        return _choice(option.one_of, option.about)
    return {"type": "integer", "minimum": 0, "maximum": option.most, "description": option.about}


def _faults() -> Schema:
    mapping = {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "dependencies": {FOR: [AT_COLLECTOR]},
        "properties": {
            AT_COLLECTOR: _collector_faults(),
            FOR: _choice(
                TRAFFIC,
                "the affected requests: beacons of pages, documents of a back end, or CORS preflights of a browser",
            ),
            BLOCKED: _some(HOSTS, "unreachable hosts: the collector's, or that of the tracker's script"),
            REPLACED: _some((SCRIPT,), "replaced by functions that do nothing, as a content blocker does"),
            LACKS: _some(FEATURES, "features that later pages lack"),
            SIGNALS: _some(PRIVACY_SIGNALS, "signals to pages: Global Privacy Control, Do Not Track"),
            OFFLINE: {"const": True, "description": "the browser has no network"},
            SHOPPER: {"const": HURRIES, "description": "the shopper leaves each page as soon as it has loaded"},
            CLOCK: {
                "description": "the page's clock stands still between waits, or is wrong, as in '3 days behind'",
                "anyOf": [{"const": STANDS_STILL}, {"type": "string", "pattern": _without_groups(WRONG_CLOCK)}],
            },
        },
    }
    return {"anyOf": [{"const": OFF}, mapping]}


def _collector_faults() -> Schema:
    status = {"type": "integer", "minimum": STATUSES[0], "maximum": STATUSES[-1]}
    notation = {"type": "string", "pattern": _without_groups(NOTATION), "minLength": 1}
    attempt = {"anyOf": [{"const": OK}, status, notation]}
    return {
        "description": "a status, 'reset', 'no answer' or '400 ms late' until the next faults, or a list with one for each attempt",
        "anyOf": [attempt, {**_list(attempt), "minItems": 1}],
    }


def _without_groups(pattern: str) -> str:
    """The regular expression without group names, which JSON Schema does not support."""
    return re.sub(r"\?P<\w+>", "?:", pattern)


def _some(names: Iterable[str], about: str) -> Schema:
    one = {"enum": list(names)}
    return {"description": about, "anyOf": [one, {**_list(one), "minItems": 1}]}


def _item(target: Target) -> Schema:
    """One item of `steps`: a word alone, or a mapping of one key.

    A word that may have a value is completed as a key only: YAML language servers confuse two proposals of one name.
    """
    alone = _words_alone(target)
    either = [name for name, has_value in alone.items() if has_value]
    never = [name for name in alone if name not in either]
    values = {
        **{name: (action.about, _arguments(action)) for name, action in target.actions.items() if name not in never},
        **{name: (each.about, _plain(each.shape, each.optional)) for name, each in PLAIN.items() if name not in never},
    }
    return {
        "anyOf": [
            *({"title": name, "description": _about(name, target), "const": name} for name in never),
            {"type": "string", "pattern": _one_of(either)},
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "patternProperties": {_one_of(never): _NOTHING},
                "additionalProperties": False,
            },
            _single(EXPECT, "events that must have been sent since the previous expectation", _EVENTS),
            _single(IN_ORDER, "events that must have been sent in this order", _EVENTS),
            _single(FAULTS, "inject these faults from here on, or (off) none", _faults()),
            *(_single(name, about, value) for name, (about, value) in values.items()),
        ]
    }


def _words_alone(target: Target) -> dict[str, bool]:
    """The actions that may be written without a value, and whether they may also have one."""
    words = {
        name: bool(action.parameters)
        for name, action in target.actions.items()
        if not any(parameter.is_required for parameter in action.parameters.values())
    }
    return words | {
        name: plain.shape != "nothing" for name, plain in PLAIN.items() if plain.optional or plain.shape == "nothing"
    }


def _about(name: str, target: Target) -> str:
    return target.actions[name].about if name in target.actions else PLAIN[name].about


def _one_of(words: Iterable[str]) -> str:
    return f"^({'|'.join(re.escape(word) for word in words)})$"


def _arguments(action: Action) -> Schema:
    """A mapping, a bare value for the first parameter, or nothing if no parameter is required."""
    parameters = {name: _parameter(parameter) for name, parameter in action.parameters.items()}
    required = [name for name, parameter in action.parameters.items() if parameter.is_required]
    mapping = {"type": "object", "properties": parameters, "required": required, "additionalProperties": False}
    first = next(iter(parameters))
    choices = [mapping] if set(required) - {first} else [mapping, parameters[first]]
    return {"anyOf": choices if required else [*choices, _NOTHING]}


def _parameter(parameter: Parameter) -> Schema:
    schema = {"anyOf": [{"enum": _either(parameter.one_of)}, _VARIABLE]} if parameter.one_of else _TEXT
    default = {} if parameter.default is None else {"default": resolve(parameter.default)}
    return {**schema, **default}


def _plain(shape: Shape, optional: bool) -> Schema:
    field = {"type": "object", "minProperties": 1}
    schemas: Mapping[Shape, list[Schema]] = {
        "page": [{"$ref": "#/definitions/page"}],
        "element": [{"$ref": "#/definitions/element"}],
        "fields": [{**field, "additionalProperties": _TEXT}],
        "keys": [_KEY, {**field, "additionalProperties": _KEY}],
        "arrival": [_arrival(), {"$ref": "#/definitions/page"}],
        "duration": [{"type": "string", "pattern": DURATION}],
        "stepper": [_stepper()],
    }
    choices = [*schemas[shape], *([_NOTHING] if optional else [])]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _stepper() -> Schema:
    about = dict(
        zip(STEPPER, ("the number", "the number to reach", "the plus button", "the minus button"), strict=True)
    )
    values = {key: {**_TEXT, "description": text} for key, text in about.items()}
    return {"type": "object", "additionalProperties": False, "required": list(STEPPER), "properties": values}


def _arrival() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "dependencies": {"for": ["from"]},
        "properties": {
            "at": {"$ref": "#/definitions/page"},
            "from": {**_TEXT, "pattern": HOST, "description": "another site, such as www.google.com"},
            "for": {**_TEXT, "description": "the words of the shopper's search on that site"},
        },
    }


def _page(pages: Mapping[str, str]) -> Schema:
    address = {"type": "string", "pattern": ADDRESS, "description": "a path that begins with /, or a URL"}
    return {"description": "a page", "anyOf": [{"enum": _either(pages)}, address] if pages else [address]}


def _element() -> Schema:
    about = {"link": "a link", "button": "a button", "label": "a field", "text": "an element"}
    roles = [_single(role, f"{about[role]} by its exact text", _TEXT) for role in ROLES]
    return {"anyOf": [{**_TEXT, "description": "a selector"}, *roles]}


def _events(protocol: TrackerProtocol) -> Schema:
    """The name of an event or a document, a mapping from names to patterns, or a list of either."""
    patterns = {name: {"$ref": f"#/definitions/{_definition(name)}"} for name in protocol.names}
    names = {"enum": list(protocol.names)}
    mapping = {"type": "object", "minProperties": 1, "additionalProperties": False, "properties": patterns}
    return {"anyOf": [names, mapping, _list({"anyOf": [names, mapping]})]}


def _pattern(schema: Mapping[str, Any]) -> Schema:
    """A pattern with its number of matches, or null for any event of this type."""
    return {**schema, "type": ["object", "null"], "properties": {**schema.get("properties", {}), TIMES: _TIMES}}


def _single(key: str, about: str, value: Schema) -> Schema:
    labels = {"title": key, "description": about}
    fields = {key: {**labels, **(value if "anyOf" in value else {"anyOf": [value]})}}
    return {**labels, "type": "object", "required": [key], "additionalProperties": False, "properties": fields}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _choice(names: Iterable[str], about: str) -> Schema:
    return {"enum": list(names), "description": about}


def _either(texts: Iterable[str]) -> list[Any]:
    """Texts, and the values that YAML reads them as without quotes."""
    return [*texts, *(resolve(text) for text in texts if resolve(text) != text)]
