"""The JSON Schema of scenario files, for editors: it completes and explains a target's actions and a protocol's events.

It is draft-07, which YAML language servers know. It takes every file that `parse_scenario` takes, and a few more: what no
schema can say, such as that an expectation needs a step before it, only the reader tells.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from harness.capture.collector.fault_injection import OK, STATUSES, TRAFFIC, WORDS
from harness.events import is_document_name
from harness.protocol import TrackerProtocol
from harness.scenario.actions import (
    ADDRESS,
    DURATION,
    EXPECT,
    FAULTS,
    HOST,
    IN_ORDER,
    PLAIN,
    ROLES,
    Action,
    Parameter,
    Shape,
)
from harness.scenario.faults import (
    ABILITIES,
    AT_COLLECTOR,
    BLOCKED,
    CLOCK,
    FOR,
    HOSTS,
    HURRIES,
    LACKS,
    OFF,
    OFFLINE,
    SHOPPER,
    SIGNALS,
    STANDS_STILL,
    WISHES,
    WRONG_CLOCK,
)
from harness.scenario.parser import BROWSERS_ASKED, NOT_IN, OTHERS, SHOPPERS, TIMES
from harness.scenario.store_options import SWITCHES, Switch
from harness.scenario.target import Target
from harness.scenario.yaml_source import resolve

Schema = dict[str, Any]

_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_NOTHING: Schema = {"type": "null"}
_VARIABLE: Schema = {"type": "string", "pattern": r"^\$"}
_TIMES: Schema = {
    "description": "how often: a number such as 2, a least number such as 1+, or a range such as 0-2",
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 999},
        {"type": "string", "pattern": r"^\d{1,3}(\+|-\d{1,3})?$"},
    ],
}
_SHORTEST_SHARED = 100
"""How many characters of JSON a part of a pattern has at least that gets a definition of its own."""

_KEY: Schema = {**_TEXT, "description": "a key, such as Enter"}


def scenario_schema(target: Target, protocol: TrackerProtocol) -> Schema:
    """The schema of scenarios for this target: its actions and pages, and the protocol's events and documents."""
    patterns, shared = _shared({_definition(name): schema for name, schema in protocol.pattern_schemas().items()})
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"A scenario for {target.name}",
        "description": "A journey through a store, and what must, may and must never be sent.",
        "type": "object",
        "required": ["name", "steps"],
        "additionalProperties": False,
        "properties": {
            "name": {**_TEXT, "minLength": 1, "description": "what happens, in a sentence"},
            "about": {"description": "whatever a reader should know"},
            "tags": {**_list(_TEXT), "description": "words to choose scenarios by, such as smoke"},
            "shopper": _choice(SHOPPERS, "a new person (guest), or the one with an account that the target names"),
            "store": _store(),
            "browser": _choice(
                BROWSERS_ASKED, "full: one as shoppers have it, with a back/forward cache; no headless shell"
            ),
            **{
                key: {**_TEXT, "minLength": 1, "description": f"why it cannot be run in {browser}, in a sentence"}
                for key, browser in NOT_IN.items()
            },
            "steps": {
                **_list(_item(target)),
                "minItems": 1,
                "description": "what the shopper does, and what is expected",
            },
            "never": {"$ref": "#/definitions/events", "description": "what must not be sent at all"},
            "others": _choice(OTHERS, "what an event is that nothing accounts for: an error, or allowed"),
        },
        "definitions": {
            "events": _events(protocol),
            "page": _page(target.pages),
            "element": _element(),
            **{name: _pattern(schema) for name, schema in patterns.items()},
            **shared,
        },
    }


def _definition(name: str) -> str:
    return name if is_document_name(name) else f"event {name}"


def _shared(patterns: Mapping[str, Schema]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """The patterns with references in place of larger parts that occur more than once, and these parts by their names."""
    places: dict[str, list[str]] = {}

    def note(part: Schema, place: str) -> None:
        text = json.dumps(part)
        if len(text) >= _SHORTEST_SHARED:
            places.setdefault(text, []).append(place)
        if len(places.get(text, ())) < 2:
            for word, inner in _inside(part):
                note(inner, word if _is_matcher(inner) else f"{place} {word}".strip())

    for name, pattern in patterns.items():
        for word, inner in _inside(pattern):
            note(inner, f"{name} {word}")
    names: dict[str, str] = {}
    for text in (text for text, found in places.items() if len(found) > 1):
        taken = sum(name.startswith(places[text][0]) for name in names.values())
        names[text] = places[text][0] + (f" ({taken + 1})" if taken else "")

    def replaced(part: Schema) -> Schema:
        name = names.get(json.dumps(part))
        return {"$ref": f"#/definitions/{name}"} if name else _with_inside(part, replaced)

    shared = {name: _with_inside(json.loads(text), replaced) for text, name in names.items()}
    return {name: _with_inside(pattern, replaced) for name, pattern in patterns.items()}, shared


def _inside(part: Schema) -> list[tuple[str, Schema]]:
    """The schemas in a schema of a pattern, each with the word that leads there."""
    items = [("item", part["items"])] if "items" in part else []
    choices = [
        (f"matcher {next(iter(inner['properties']))}" if _is_matcher(inner) else "", inner)
        for inner in part.get("anyOf", ())
    ]
    return [*part.get("properties", {}).items(), *items, *choices]


def _is_matcher(part: Schema) -> bool:
    return part.get("additionalProperties") is False and len(part.get("properties", ())) == 1


def _with_inside(part: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """The schema with each schema in it changed."""
    changed = dict(part)
    if "properties" in part:
        changed["properties"] = {name: change(inner) for name, inner in part["properties"].items()}
    if "items" in part:
        changed["items"] = change(part["items"])
    if "anyOf" in part:
        changed["anyOf"] = [change(inner) for inner in part["anyOf"]]
    return changed


def _store() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _switch(switch) for name, switch in SWITCHES.items()},
        "description": "switches of the built-in store",
    }


def _switch(switch: Switch) -> Schema:
    if switch.one_of:
        return _choice(switch.one_of, switch.about)
    return {"type": "integer", "minimum": 0, "maximum": switch.most, "description": switch.about}


def _faults() -> Schema:
    status = {"type": "integer", "minimum": STATUSES[0], "maximum": STATUSES[-1]}
    words = {"type": "string", "pattern": re.sub(r"\?P<\w+>", "?:", WORDS), "minLength": 1}
    attempt = {"anyOf": [{"const": OK}, status, words]}
    what = {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "dependencies": {FOR: [AT_COLLECTOR]},
        "properties": {
            AT_COLLECTOR: {
                "description": "a status, 'reset', 'no answer' or '400 ms late', until further notice, "
                "or what becomes of one attempt after the other",
                "anyOf": [attempt, {**_list(attempt), "minItems": 1}],
            },
            FOR: _choice(
                TRAFFIC,
                "what the collector strikes: beacons of pages, documents of a back end, preflights of a browser",
            ),
            BLOCKED: _some(HOSTS, "hosts that nobody reaches: the collector's, or that of the tracker's script"),
            LACKS: _some(ABILITIES, "what the browser cannot do on the pages that come"),
            SIGNALS: _some(WISHES, "what the browser says to pages: Global Privacy Control, Do Not Track"),
            OFFLINE: {"const": True, "description": "the browser has no network"},
            SHOPPER: {"const": HURRIES, "description": "the shopper leaves each page as soon as it has loaded"},
            CLOCK: {
                "description": "the page's dates go on only as the journey moves them on, or are off, as in '3 days behind'",
                "anyOf": [
                    {"const": STANDS_STILL},
                    {"type": "string", "pattern": re.sub(r"\?P<\w+>", "?:", WRONG_CLOCK)},
                ],
            },
        },
    }
    return {"anyOf": [{"const": OFF}, what]}


def _some(names: Iterable[str], about: str) -> Schema:
    one = {"enum": list(names)}
    return {"description": about, "anyOf": [one, {**_list(one), "minItems": 1}]}


def _item(target: Target) -> Schema:
    """One item of `steps`: a word alone, or a mapping of one key.

    A word that can stand alone or not is completed as a key only: the language server mixes up two proposals of one name.
    """
    alone = _words_alone(target)
    either = [name for name, can_take_more in alone.items() if can_take_more]
    never = [name for name in alone if name not in either]
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
            _single(EXPECT, "what must have been sent since the expectation before", {"$ref": "#/definitions/events"}),
            _single(IN_ORDER, "the same, and in this order", {"$ref": "#/definitions/events"}),
            _single(FAULTS, "let something fail from here on, or (off) nothing", _faults()),
            *(
                _single(name, action.about, _arguments(action))
                for name, action in target.actions.items()
                if name not in never
            ),
            *(
                _single(name, plain.about, _plain(plain.shape, plain.optional))
                for name, plain in PLAIN.items()
                if name not in never
            ),
        ]
    }


def _words_alone(target: Target) -> dict[str, bool]:
    """The actions that can stand alone, and whether they can take something as well."""
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
    """A mapping, a bare value for the first parameter, or nothing where nothing is required."""
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
    }
    choices = [*schemas[shape], *([_NOTHING] if optional else [])]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _arrival() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "dependencies": {"for": ["from"]},
        "properties": {
            "at": {"$ref": "#/definitions/page"},
            "from": {**_TEXT, "pattern": HOST, "description": "another site, such as www.google.com"},
            "for": {**_TEXT, "description": "the words that the shopper asked that site for"},
        },
    }


def _page(pages: Mapping[str, str]) -> Schema:
    address = {"type": "string", "pattern": ADDRESS, "description": "a path that begins with /, or a URL"}
    return {"description": "a page", "anyOf": [{"enum": _either(pages)}, address] if pages else [address]}


def _element() -> Schema:
    about = {"link": "a link", "button": "a button", "label": "a field", "text": "an element"}
    roles = [_single(role, f"{about[role]} by its exact words", _TEXT) for role in ROLES]
    return {"anyOf": [{**_TEXT, "description": "a selector"}, *roles]}


def _events(protocol: TrackerProtocol) -> Schema:
    """The name of an event or a document, a mapping from names to patterns, or a list of either."""
    patterns = {name: {"$ref": f"#/definitions/{_definition(name)}"} for name in protocol.names}
    names = {"enum": list(protocol.names)}
    mapping = {"type": "object", "minProperties": 1, "additionalProperties": False, "properties": patterns}
    return {"anyOf": [names, mapping, _list({"anyOf": [names, mapping]})]}


def _pattern(schema: Mapping[str, Any]) -> Schema:
    """A pattern, how often it must be met, or nothing at all."""
    return {
        **schema,
        "type": ["object", "null"],
        "properties": {**schema.get("properties", {}), TIMES: _TIMES},
    }


def _single(key: str, about: str, value: Schema) -> Schema:
    told = {"title": key, "description": about}
    fields = {key: {**told, **(value if "anyOf" in value else {"anyOf": [value]})}}
    return {**told, "type": "object", "required": [key], "additionalProperties": False, "properties": fields}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _choice(names: Iterable[str], about: str) -> Schema:
    return {"enum": list(names), "description": about}


def _either(texts: Iterable[str]) -> list[Any]:
    """Texts, and what an editor takes them for where they stand without quotes."""
    return [*texts, *(resolve(text) for text in texts if resolve(text) != text)]
