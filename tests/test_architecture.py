"""Two walls: imports run one way, and only `protocols/jirafe` knows the protocol's field names and URLs."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import fakewww
import harness

HARNESS = Path(harness.__file__).parent
FAKEWWW = Path(fakewww.__file__).parent

FIELD_NAMES = re.compile(
    r"jirafe|event_type\b|page_type|\bpageview|line_item|sku_code|product_code|total_price|order_success|add_item_to_cart"
    r"|edit_cart|funnel_name|step_position|last_step|landing_url|referrer_url|current_url|current_type|tag_attribution"
    r"|/v1/tracker|/v2/|order_number|_item_number|previous_items|create_date|change_date|visitor_id|discount_price"
)
CHOOSES_THE_PROTOCOL = {"protocol.py"}


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports when it runs; those under `if TYPE_CHECKING` it does not."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {
        id(node)
        for branch in ast.walk(tree)
        if isinstance(branch, ast.If) and isinstance(branch.test, ast.Name) and branch.test.id == "TYPE_CHECKING"
        for node in ast.walk(branch)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                yield deeper if (HARNESS.parent / (deeper.replace(".", "/") + ".py")).exists() else str(node.module)


def python_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


@pytest.mark.parametrize("path", python_files(FAKEWWW), ids=lambda path: str(path.relative_to(FAKEWWW)))
def test_the_store_imports_nothing_of_the_harness(path: Path) -> None:
    assert [name for name in imports(path) if name.split(".")[0] == "harness"] == []


def test_no_field_name_or_url_of_the_protocol_stands_outside_its_folder() -> None:
    files = [path for path in sorted(HARNESS.rglob("*")) if path.suffix in (".py", ".j2", ".js", ".css")]
    known = {path.relative_to(HARNESS).as_posix(): path.read_text(encoding="utf-8") for path in files}
    found = {
        name: FIELD_NAMES.findall(text)
        for name, text in known.items()
        if not name.startswith("protocols/jirafe/") and name not in CHOOSES_THE_PROTOCOL and FIELD_NAMES.search(text)
    }
    assert found == {}
