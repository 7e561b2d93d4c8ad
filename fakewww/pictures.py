"""Draws a product as a flat SVG illustration: a thing on a table, in front of a wall."""

from collections.abc import Sequence
from string import Template

from fakewww.catalogue import Product
from fakewww.motifs import FIXED, MOTIFS

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
_SCENE = Template(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400" role="img" aria-hidden="true">'
    '<path fill="$wall" d="M0 0H400V400H0Z"/><circle fill="$disc" cx="200" cy="188" r="142"/>'
    '<path fill="$table" d="M0 304H400V400H0Z"/><path fill="$edge" d="M0 304H400V309H0Z"/>'
    '<ellipse $shade cx="200" cy="336" rx="$shadow" ry="11"/>$figure</svg>\n'
)


def svg(product: Product, *, seed: int, colour: str = "") -> str:
    """The picture of a product as an SVG document, 400 by 400 units: the same for the same arguments.

    `colour` is that of a variant; without it the product's own, or that of its first variant. The seed moves the wall,
    the accents, and the colour of products that have none.
    """
    shadow, figure = MOTIFS[product.motif]
    turn = int(product.id) + seed
    colour = colour or product.colour or product.variants[0].colour or _SPARE[turn % len(_SPARE)]
    main = PAINTS[colour]
    paints = {
        **FIXED,
        **_room(turn, pale=sum(_channels(main)) > 600),
        "main": main,
        "dark": _mix(main, "#1f1430", 0.28),
        "light": _mix(main, "#ffffff", 0.42),
        "accent": _apart(_ACCENTS, turn * 5 + seed, main),
    }
    return _SCENE.substitute(paints, shadow=shadow, figure=Template(figure).substitute(paints))


def _room(turn: int, *, pale: bool) -> dict[str, str]:
    """The colours behind the thing; deeper ones behind a pale thing."""
    walls = _DEEP_WALLS if pale else _WALLS
    wall = walls[turn % len(walls)]
    return {
        "wall": wall,
        "disc": _mix(wall, "#ffffff", 0.22 if pale else 0.45),
        "table": _mix(wall, "#5b3a4a", 0.2),
        "edge": _mix(wall, "#5b3a4a", 0.32),
    }


def _apart(colours: Sequence[str], start: int, other: str) -> str:
    """The first colour from `start` on, round and round, that stands out against another one."""
    turned = (colours[(start + step) % len(colours)] for step in range(len(colours)))
    return next(colour for colour in turned if _distance(colour, other) > 110)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _mix(colour: str, other: str, amount: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + bytes(round(a + (b - a) * amount) for a, b in pairs).hex()


def _distance(colour: str, other: str) -> int:
    return sum(abs(a - b) for a, b in zip(_channels(colour), _channels(other), strict=True))
