"""The JavaScript that the harness runs in documents: one script before the page's own, and calls on the object that it leaves.

`window[Symbol.for('harness')]` is that object; the files in `page_scripts/` document its members. Times are in milliseconds.
"""

from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "page_scripts"
_PARTS: Final = "page_views network clock visibility capabilities elements settling first_touch tracker_probe".split()


def _joined() -> str:
    """One script of all parts; each part is a block that shares only `harness` with the others."""
    parts = ((_FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)
    blocks = "\n".join(f"{{\n{part}}}" for part in parts)
    start = "const harness = {};\nObject.defineProperty(window, Symbol.for('harness'), {value: harness});"
    return f"'use strict';\nif (!window[Symbol.for('harness')]) {{\n{start}\n{blocks}\n}}"


PAGE_SCRIPT: Final = _joined()
"""Runs first in every document."""

_HARNESS: Final = "window[Symbol.for('harness')]"

DELAY_RESTORE: Final = f"{_HARNESS}.delayRestore()"
"""Delay the events of a restore from the back/forward cache until `RESTORE` has set the document's clock."""

IGNORE_ROUTES: Final = f"{_HARNESS}.ignoreRoutes()"
"""Treat the fragments of hash routers as parts of a document's page."""

RESTORE: Final = f"clock => {_HARNESS}.restore(clock)"
"""Set the clock of a restored document (`ahead`, `stopped`, `off`), then deliver the delayed events."""

ADVANCE_CLOCK: Final = f"([ahead, held]) => {_HARNESS}.advance(ahead, held)"
"""Set a document's clock `ahead` of the real one, once it waits only for the `held` answers."""

IS_LEAVING: Final = f"() => {_HARNESS}.checkLeaving()"
"""Return whether the page is being left; the next task counts, because a form starts its navigation there."""

REMOVE_CAPABILITIES: Final = f"{_HARNESS}.removeCapabilities(%s)"
"""Remove these capabilities (a JSON list of names) from a document, and restore all others."""

SET_CLOCK: Final = f"Object.assign({_HARNESS}, %s)"
"""Stop a document's dates at `stopped` (since the epoch; null lets them run), and set them wrong by `off`."""

SET_PRIVACY_SIGNALS: Final = f"{_HARNESS}.setPrivacySignals(%s)"
"""Set the privacy signals of a document's browser to a JSON list of names."""

WAIT_UNTIL_ONLINE: Final = f"() => {_HARNESS}.waitUntilOnline()"
"""Wait until a document has its `online` event and the answers to the requests that it sent then."""

SHORT_PAUSE: Final = f"() => {_HARNESS}.pause(5)"
"""Give a document time for its own tasks."""

PENDING_REQUESTS: Final = f"() => {_HARNESS}.describeRequests()"
"""Return the number of requests under way, their bodies, and the bodies of the requests that the page gave up."""

NEXT_RETRY: Final = f"isStuck => {_HARNESS}.nextRetry(isStuck)"
"""Return the time until the document's next retry, or null. With `isStuck` any timer counts as a retry."""

READ_STATE: Final = f"request => {_HARNESS}.readState(request)"
"""Advance the clock, wait for answers under way, send the fences, and return the members of a `PageState`."""

NOTE_SCRIPTS: Final = f"() => {_HARNESS}.noteScripts()"
"""Remember the scripts of a document."""

WAIT_FOR_NEW_SCRIPTS: Final = f"() => {_HARNESS}.waitForNewScripts()"
"""Wait until the scripts that were added since `NOTE_SCRIPTS` have loaded, and return whether there are any."""

PROBE: Final = f"{_HARNESS}.probe(%s)"
"""Note the names of a document's calls to the tracker, by the protocol's trap."""

DESCRIBE_TRACKER: Final = f"() => {_HARNESS}.describeTracker()"
"""Return the members of a `ProbeReport` that the document has noted."""
