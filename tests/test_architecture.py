"""The structure of the code: size limits, and protocol-specific names only in `protocols/jirafe`. `make lint` checks imports."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
HARNESS = ROOT / "harness"
MODULES = sorted([*HARNESS.rglob("*.py"), *(ROOT / "fakewww").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])

MAX_MODULE_LINES, MAX_FUNCTION_LINES, MAX_FIELDS, MAX_ROOT_MODULES = 350, 40, 12, 10
TABLES_OF_OPTIONS = {"Options", "VerifyOptions", "StoreOptions", "TrackerProtocol", "Target"}

FIELD_NAMES = re.compile(
    r"jirafe|event_type\b|page_type|\bpageview|line_item|sku_code|product_code|total_price|order_success|add_item_to_cart"
    r"|edit_cart|funnel_name|step_position|last_step|landing_url|referrer_url|current_url|current_type|tag_attribution"
    r"|/v1/tracker|/v2/|order_number|_item_number|previous_items|create_date|change_date|visitor_id|discount_price"
)
CHOOSES_THE_PROTOCOL = {"protocol.py"}


def too_long(tree: ast.Module) -> Iterator[str]:
    """Each function with too many lines; the options and help of a command do not count."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[min(1, len(node.body) - 1)].lineno if _has_options(node) else node.lineno
            if (node.end_lineno or 0) - first >= MAX_FUNCTION_LINES:
                yield f"{node.name}: {(node.end_lineno or 0) - first + 1} lines"


def _has_options(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return re.search(r"typer\.|shared\.", ast.unparse(node.args)) is not None


def too_wide(tree: ast.Module) -> Iterator[str]:
    """Each class with too many fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name not in TABLES_OF_OPTIONS:
            fields = [item for item in node.body if isinstance(item, ast.AnnAssign)]
            if len(fields) > MAX_FIELDS:
                yield f"{node.name}: {len(fields)} fields"


def test_modules_functions_and_classes_keep_the_size_limits() -> None:
    broken = []
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        lines, tree = text.count("\n"), ast.parse(text)
        too_many = [f"{lines} lines"] if lines > MAX_MODULE_LINES else []
        broken += [f"{path.relative_to(ROOT)}: {each}" for each in (*too_many, *too_long(tree), *too_wide(tree))]
    assert broken == []


def test_the_root_has_few_modules() -> None:
    modules = [path for path in HARNESS.glob("*.py") if not path.name.startswith("__")]
    assert len(modules) <= MAX_ROOT_MODULES


def test_protocol_specific_names_stay_in_their_package() -> None:
    files = [path for path in sorted(HARNESS.rglob("*")) if path.suffix in (".py", ".j2", ".js", ".css")]
    texts = {path.relative_to(HARNESS).as_posix(): path.read_text(encoding="utf-8") for path in files}
    found = {
        name: FIELD_NAMES.findall(text)
        for name, text in texts.items()
        if not name.startswith("protocols/jirafe/") and name not in CHOOSES_THE_PROTOCOL and FIELD_NAMES.search(text)
    }
    assert found == {}
