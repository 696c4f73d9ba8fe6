"""Draws diplocal/web/data/outlines.txt from Natural Earth (public domain), as the npm package world-atlas 2.0.2 has it.

``npm pack world-atlas@2.0.2``, unpack it, and ``python docs/images/world/draw.py package/``; it needs ``pycountry``.
"""

# ruff: noqa: INP001 - a script beside what it draws

import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pycountry

OUTLINES = Path(__file__).parents[3] / "diplocal" / "web" / "data" / "outlines.txt"
WIDTH = 1000
"""Of the picture, in its units."""
A = 1.340264, -0.081106, 0.000893, 0.003796
"""The coefficients of the Equal Earth projection (Savric, Patterson and Jenny, 2018): areas keep their sizes."""
HALF = 2.706629, 1.317362
"""Half its width and height, of a sphere with a radius of 1."""
WITHOUT = {"Antarctica"}
CODES = {"Kosovo": "XK"}

EAST = 180

Ring = list[tuple[float, float]]


def projected(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the place of a point in the picture."""
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    t2, t6 = t**2, t**6
    slope = A[0] + 3 * A[1] * t2 + t6 * (7 * A[2] + 9 * A[3] * t2)
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t) / (3 * slope)
    y = t * (A[0] + A[1] * t2 + t6 * (A[2] + A[3] * t2))
    scale = WIDTH / 2 / HALF[0]
    return (HALF[0] + x) * scale, (HALF[1] - y) * scale


def polygons(path: Path) -> Iterator[tuple[str, str, list[Ring]]]:
    """Yield each country of a TopoJSON file: its number in ISO 3166-1, its name, and its rings in degrees."""
    world = json.loads(path.read_text())
    scale, move = world["transform"]["scale"], world["transform"]["translate"]
    arcs = [list(_points(arc, scale, move)) for arc in world["arcs"]]

    def ring(numbers: list[int]) -> Ring:
        points: Ring = []
        for number in numbers:
            points += arcs[number] if number >= 0 else arcs[~number][::-1]
        return points

    for one in world["objects"]["countries"]["geometries"]:
        several = [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]
        rings = [cut for polygon in several for part in polygon for cut in cut_at_the_antimeridian(ring(part))]
        yield one.get("id", ""), one["properties"]["name"], rings


def cut_at_the_antimeridian(ring: Ring) -> list[Ring]:
    """Return a ring whose longitudes jump from 180 to -180 as two that do not."""
    whole = [ring[0]]
    for x, y in ring[1:]:
        whole.append((x + 360 * round((whole[-1][0] - x) / 360), y))
    if max(x for x, _ in whole) <= EAST and min(x for x, _ in whole) >= -EAST:
        return [whole]
    if min(x for x, _ in whole) < -EAST:
        whole = [(x + 360, y) for x, y in whole]
    west, east = (list(_kept(whole, side)) for side in (-1, 1))
    return [west, [(x - 360, y) for x, y in east]]


def _kept(ring: Ring, side: int) -> Iterator[tuple[float, float]]:
    """Yield what is on one side of the antimeridian (Sutherland and Hodgman, 1974)."""
    for (x0, y0), (x1, y1) in zip([ring[-1], *ring], ring, strict=False):
        if (x0 - EAST) * (x1 - EAST) < 0:
            yield EAST, y0 + (y1 - y0) * (EAST - x0) / (x1 - x0)
        if (x1 - EAST) * side >= 0:
            yield x1, y1


def _points(arc: list[list[int]], scale: Any, move: Any) -> Iterator[tuple[float, float]]:
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        yield x * scale[0] + move[0], y * scale[1] + move[1]


def path_of(rings: list[Ring]) -> str:
    """Return rings as an SVG path of whole numbers; what is too small to be seen is left out."""
    drawn = []
    for ring in rings:
        points = list(dict.fromkeys((round(x), round(y)) for x, y in (projected(*point) for point in ring)))
        if len(points) > 2:  # noqa: PLR2004 - a triangle is a shape
            steps = (f"{x - a} {y - b}" for (a, b), (x, y) in pairwise(points))
            drawn.append(f"M{points[0][0]} {points[0][1]}l{' '.join(steps).replace(' -', '-')}z")
    return "".join(drawn)


def code_of(number: str, name: str) -> str:
    """Return the code of a country; '-' of land that has none."""
    found = pycountry.countries.get(numeric=number) if number else None
    return found.alpha_2 if found else CODES.get(name, "-")


def middle(rings: list[Ring]) -> str:
    """Return the middle of the largest ring, as a place in the picture."""
    largest = max(filter(None, rings), key=len)
    x, y = (sum(axis) / len(largest) for axis in zip(*largest, strict=True))
    return "{} {}".format(*map(round, projected(x, y)))


def main(folder: Path) -> None:
    """Write the outlines: a code and a path on each line; of what is too small for one, a code and a place."""
    lines = {}
    for number, name, rings in polygons(folder / "countries-110m.json"):
        if name not in WITHOUT and (path := path_of(rings)):
            code = code_of(number, name)
            lines[code] = lines.get(code, "") + path
    for number, name, rings in polygons(folder / "countries-50m.json"):
        if (code := code_of(number, name)) not in lines and name not in WITHOUT:
            lines[code] = middle(rings)
    head = "# Natural Earth (public domain), 1:110m, Equal Earth projection; made by docs/images/world/draw.py\n"
    OUTLINES.write_text(head + "".join(f"{code} {drawn}\n" for code, drawn in sorted(lines.items())))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
