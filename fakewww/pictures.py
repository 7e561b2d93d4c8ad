"""Draws a product as a flat SVG illustration: a thing on a table in front of a wall.

Each drawing is a file in `static/products` with one shape per line. Its variables are the paints of `svg`; the values in its
root element are examples, for viewing the file.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from fakewww.catalogue import Product

DRAWINGS = files("fakewww") / "static" / "products"

PAINTS = {
    "Biscuit": "#d9ae78",
    "Blue": "#3c6db4",
    "Brick": "#c0593f",
    "Chalk": "#f3ecdd",
    "Chestnut": "#94593a",
    "Cocoa": "#7d5540",
    "Cream": "#f0dfc0",
    "Ginger": "#cf8546",
    "Ink": "#2f4a73",
    "Moss": "#71864c",
    "Mustard": "#dfa73c",
    "Plum": "#77496f",
    "Red": "#cf4338",
    "Rose": "#dc8f8f",
    "Sand": "#d6bd93",
    "Sea": "#45938d",
    "Sky": "#84b3d6",
    "Soot": "#46454f",
}
_SPARE = ("Sea", "Brick", "Mustard", "Ink", "Rose", "Moss", "Plum", "Sky")
_ACCENTS = ("#f2c14e", "#e76f51", "#2a7f86", "#f7efe1", "#3d4f7c", "#e9a3a0")
_WALLS = ("#f3d5be", "#cfe0cd", "#c9dde8", "#e6d6e6", "#f4e2ad", "#e3d5c4", "#bfd8d4", "#f0cfcb")
_DEEP_WALLS = ("#cf9f88", "#93b394", "#8db1cb", "#b49cba", "#d6b066", "#b9a287", "#7fb0a9", "#cf9896")
_ROOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400" role="img" aria-hidden="true">'
_ROOM = (
    '<path fill="var(--wall)" d="M0 0H400V400H0Z"/><circle fill="var(--disc)" cx="200" cy="188" r="142"/>'
    '<path fill="var(--table)" d="M0 304H400V400H0Z"/><path fill="var(--edge)" d="M0 304H400V309H0Z"/>'
)


def svg(product: Product, *, seed: int, colour: str = "") -> str:
    """The picture of a product as an SVG document of 400 by 400 units, the same for the same arguments.

    `colour` is that of a variant; by default the product's, or that of its first variant. The seed selects the wall, the
    accents, and the colour of products without one.
    """
    turn = int(product.id) + seed
    colour = colour or product.colour or product.variants[0].colour or _SPARE[turn % len(_SPARE)]
    main = PAINTS[colour]
    paints = {
        **_room_colours(turn, is_pale=sum(_channels(main)) > 600),
        "main": main,
        "dark": _mix(main, "#1f1430", 0.28),
        "light": _mix(main, "#ffffff", 0.42),
        "accent": _contrasting(_ACCENTS, turn * 5 + seed, main),
    }
    return f"{_ROOT}{_paint(_ROOM + _shapes(product.drawing), paints)}</svg>\n"


@cache
def _shapes(drawing: str) -> str:
    """The shapes of a drawing, without the root element and line breaks."""
    _root, *shapes, _end = (DRAWINGS / f"{drawing}.svg").read_text(encoding="utf-8").splitlines()
    return "".join(shapes)


def _paint(shapes: str, paints: Mapping[str, str]) -> str:
    return re.sub(r"var\(--(\w+)\)", lambda match: paints[match[1]], shapes)


def _room_colours(turn: int, *, is_pale: bool) -> dict[str, str]:
    """The colours of wall and table; deeper ones behind a pale product."""
    walls = _DEEP_WALLS if is_pale else _WALLS
    wall = walls[turn % len(walls)]
    return {
        "wall": wall,
        "disc": _mix(wall, "#ffffff", 0.22 if is_pale else 0.45),
        "table": _mix(wall, "#5b3a4a", 0.2),
        "edge": _mix(wall, "#5b3a4a", 0.32),
    }


def _contrasting(colours: Sequence[str], start: int, other: str) -> str:
    """The first colour, counted cyclically from `start`, that contrasts with `other`."""
    rotated = (colours[(start + step) % len(colours)] for step in range(len(colours)))
    return next(colour for colour in rotated if _distance(colour, other) > 110)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _mix(colour: str, other: str, amount: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + bytes(round(a + (b - a) * amount) for a, b in pairs).hex()


def _distance(colour: str, other: str) -> int:
    return sum(abs(a - b) for a, b in zip(_channels(colour), _channels(other), strict=True))
