"""A tracker with one defect, the scenario that detects it, and the expected finding."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import fakewww
from harness.mutation.model import ExpectedFinding, protocol_mutations

SOURCE: Final = (Path(fakewww.__file__).parent / "static" / "jirafe_api.js").read_text(encoding="utf-8")
"""The built-in tracker."""

_WRAPPED_TRANSPORT: Final = """(function () {
  const post = fetch, beacon = navigator.sendBeacon.bind(navigator);
  const only = (wrapper, type) => ({...wrapper, data: wrapper.data.filter(event => event.event_type === type)});
  const without = (wrapper, type) => ({...wrapper, data: wrapper.data.filter(event => event.event_type !== type)});
  const broken = (url, wrapper, send) => { %s };
  const sender = real => (url, wrapper) => wrapper.data.length === 0 || real(url, JSON.stringify(wrapper));
  const carry = (url, body, real) => broken(url, JSON.parse(body), sender(real));
  navigator.sendBeacon = (url, body) => typeof body === 'string' ? Boolean(carry(url, body, beacon)) : beacon(url, body);
  window.fetch = async (url, options) => {
    if (!options || typeof options.body !== 'string') return post(url, options);
    const answer = await carry(url, options.body, (url, body) => post(url, {...options, body}));
    return answer instanceof Response ? answer : new Response();
  };
})();
"""


@dataclass(frozen=True, kw_only=True)
class BrokenTracker:
    """A tracker whose `scenario`, a file under `scenarios/`, fails with one of the `expected` findings.

    `defect` completes the sentence "The tracker …". `condition` is its number in docs/conditions.md, 0 if it is not listed.
    With `healthy_twin` a scenario without the condition passes. `store` are options of the built-in store.
    """

    name: str
    defect: str
    scenario: str
    expected: tuple[ExpectedFinding, ...]
    source: str
    condition: int = 0
    healthy_twin: bool = True
    store: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_healthy_twin(self) -> bool:
        return self.healthy_twin and self.condition > 0


def detected_by(
    scenario: str, code: str, *, condition: int = 0, healthy_twin: bool = True, **expected: str
) -> dict[str, Any]:
    """The fields of a broken tracker that describe its detection; `expected` are fields of the expected finding."""
    finding = ExpectedFinding(code=code, **expected)
    return {"scenario": scenario, "expected": (finding,), "condition": condition, "healthy_twin": healthy_twin}


def edited(
    name: str, defect: str, detection: Mapping[str, Any], *edits: tuple[str, str], prefix: str = ""
) -> BrokenTracker:
    """Make a broken tracker by edits of the built-in tracker's source."""
    return replaced(name, defect, detection, prefix + changed(*edits))


def replaced(
    name: str, defect: str, detection: Mapping[str, Any], source: str, store: Mapping[str, str] | None = None
) -> BrokenTracker:
    """Make a broken tracker with another source."""
    return BrokenTracker(name=name, defect=defect, source=source, store=store or {}, **detection)


def changed(*edits: tuple[str, str]) -> str:
    """Replace texts that occur once in the built-in tracker's source."""
    source = SOURCE
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def broken(code: str) -> str:
    """Make `code` send the wrappers: JavaScript that uses `url`, `wrapper`, `send`, `post`, `only` and `without`."""
    return _WRAPPED_TRANSPORT % code + SOURCE


def transport_mutant(name: str) -> str:
    """Put a tracker mutant of `harness mutate` before the built-in tracker."""
    (mutant,) = (each for each in protocol_mutations("jirafe").of_trackers if each.name == name)
    return mutant.script(SOURCE.encode()).decode()
