"""Lines over time as inline SVG: nothing is fetched, every chart has its words."""

from collections.abc import Sequence
from html import escape

from processor.domain.vietnamese import grouped

WIDTH, HEIGHT, LEFT, BELOW = 640, 220, 56, 28
COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47")
Line = tuple[str, Sequence[tuple[float, float]]]


def chart(title: str, unit: str, lines: Sequence[Line]) -> str:
    """Points are (seconds, value); the text under it says what the highest was."""
    most_x = max((x for _, points in lines for x, _ in points), default=1.0) or 1.0
    most_y = max((y for _, points in lines for _, y in points), default=1.0) or 1.0
    drawn = "".join(path(points, most_x, most_y, COLOURS[place % 4]) for place, (_, points) in enumerate(lines))
    names = "; ".join(
        f'<span style="color:{COLOURS[place % 4]}">■</span> {escape(name)}, cao nhất {told(max(y for _, y in points))}'
        for place, (name, points) in enumerate(lines)
        if points
    )
    return (
        f"<figure><h3>{escape(title)} ({escape(unit)})</h3>"
        f'<div class="wide" tabindex="0"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"{frame(most_x, most_y)}{drawn}"
        f"</svg></div><figcaption>{names}</figcaption></figure>"
    )


def path(points: Sequence[tuple[float, float]], most_x: float, most_y: float, colour: str) -> str:
    placed = " ".join(f"{x_of(x, most_x):.1f},{y_of(y, most_y):.1f}" for x, y in points)
    return f'<polyline points="{placed}" fill="none" stroke="{colour}" stroke-width="2"/>'


def x_of(x: float, most: float) -> float:
    return LEFT + x / most * (WIDTH - LEFT - 8)


def y_of(y: float, most: float) -> float:
    return 8 + (1 - y / most) * (HEIGHT - BELOW - 8)


def frame(most_x: float, most_y: float) -> str:
    made = []
    for share in (0.0, 0.5, 1.0):
        y = y_of(share * most_y, most_y)
        made.append(f'<line x1="{LEFT}" x2="{WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ccc"/>')
        made.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{told(share * most_y)}</text>')
        x, anchor = x_of(share * most_x, most_x), "end" if share == 1 else "middle"
        made.append(f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{told(share * most_x)} giây</text>')
    return "".join(made)


def told(value: float) -> str:
    return grouped(round(value)) if value >= 100 else f"{value:.3g}".replace(".", ",")
