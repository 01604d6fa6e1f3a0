"""Plots as SVG, without a library: bars and lines, readable on light and on dark pages."""

import math
from html import escape

WIDTH = 720
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 56, 44
ROW, GAP = 22, 14

STYLE = """
text{font:13px system-ui,sans-serif;fill:#24292f}.title{font-size:15px;font-weight:600}
.axis{stroke:#8c959f;stroke-width:1}.grid{stroke:#8c959f;stroke-opacity:.3}.range{stroke:#24292f}
.a{fill:#0b6bcb;stroke:#0b6bcb}.b{fill:#c4622d;stroke:#c4622d}.c{fill:#8250df;stroke:#8250df}
.d{fill:#6e7781;stroke:#6e7781}.e{fill:#1a7f64;stroke:#1a7f64}.line{fill:none;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#d8dee4}.range{stroke:#d8dee4}
.a{fill:#58a6ff;stroke:#58a6ff}.b{fill:#f0883e;stroke:#f0883e}.c{fill:#bc8cff;stroke:#bc8cff}
.d{fill:#8b949e;stroke:#8b949e}.e{fill:#3fb950;stroke:#3fb950}}
"""
COLOURS = "abcde"
# The same program has the same colour in all plots; what only sets a mark is grey.
COLOUR_OF = {"traild": "a", "DuckDB": "b", "ClickHouse": "c", "nginx": "d", "traild import": "a",
             "traild over HTTP, 4 clients": "e", "gunzip on all cores": "d",
             ".json.gz files": "d"}


def colour_of(name, number):
    return COLOUR_OF.get(name, COLOURS[number % len(COLOURS)])


def nice_step(most, wanted=5):
    """1, 2 or 5 times a power of ten, so that about `wanted` steps reach `most`."""
    rough = most / wanted
    power = 10 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= rough * 0.999)


class Scale:
    """Values to pixels. The ticks of a logarithmic one are powers of ten."""

    def __init__(self, values, start, end, logarithmic=False):
        self.start, self.end, self.logarithmic = start, end, logarithmic
        if logarithmic:
            low = math.floor(math.log10(min(values)))
            high = max(math.ceil(math.log10(max(values))), low + 1)
            self.low, self.high = low, high
            self.ticks = [10.0 ** power for power in range(low, high + 1)]
        else:
            step = nice_step(max(values))
            count = math.ceil(max(values) / step - 1e-9)
            self.low, self.high = 0, count * step
            self.ticks = [step * number for number in range(count + 1)]

    def at(self, value):
        value = math.log10(value) if self.logarithmic else value
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def tick_text(value):
    for least, unit in ((1_000_000, "M"), (1000, "k")):
        if value >= least:
            return f"{value / least:g} {unit}"
    return f"{value:g}"


def text(x, y, words, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{escape(words)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def document(height, title, description, body):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" aria-label="{escape(description)}">\n'
            f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
            f'{text(8, 22, title, extra=" class=" + chr(34) + "title" + chr(34))}\n'
            + "\n".join(body) + "\n</svg>\n")


def legend(names):
    """What each colour is."""
    body, x = [], 8
    for number, name in enumerate(names):
        body.append(f'<rect class="{colour_of(name, number)}" x="{x}" y="34" width="12" height="12"/>')
        body.append(text(x + 17, 44.5, name))
        x += 17 + 8 * len(name) + 18
    return body


def describe(title, groups, unit):
    """All values in words, for those who do not see the plot."""
    parts = [f"{group}: " + ", ".join(f"{name} {tick_value(spread['median'])}"
                                      for name, spread in values.items())
             for group, values in groups.items()]
    return f"{title} ({unit}). " + "; ".join(parts)


def tick_value(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def bars(title, unit, groups, logarithmic=False):
    """Horizontal bars. `groups` is {group: {name: spread}}; a spread's range is drawn as a line."""
    names = list(dict.fromkeys(name for values in groups.values() for name in values))
    spreads = [spread for values in groups.values() for spread in values.values()]
    label = 9 + max(len(group) for group in groups) * 7.5
    scale = Scale([spread[key] for spread in spreads for key in ("min", "max")],
                  label, WIDTH - 90, logarithmic)
    body, y = legend(names), TOP + 8
    bottom = y + sum(len(values) * ROW + GAP for values in groups.values())
    for tick in scale.ticks:
        body.append(line(scale.at(tick), TOP, scale.at(tick), bottom, "grid"))
        body.append(text(scale.at(tick), bottom + 16, tick_text(tick), "middle"))
    for group, values in groups.items():
        body.append(text(label - 8, y + len(values) * ROW / 2 + 3, group, "end"))
        for name, spread in values.items():
            body += bar(scale, y, colour_of(name, names.index(name)), spread)
            y += ROW
        y += GAP
    body.append(line(label, TOP, label, bottom, "axis"))
    body.append(text((label + WIDTH - 90) / 2, bottom + 36, unit, "middle"))
    return document(bottom + BOTTOM, title, describe(title, groups, unit), body)


def bar(scale, y, colour, spread):
    end = scale.at(spread["median"])
    middle = y + ROW / 2 - 2
    return [f'<rect class="{colour}" x="{scale.start:.1f}" y="{y}" '
            f'width="{max(end - scale.start, 1):.1f}" height="{ROW - 5}"/>',
            line(scale.at(spread["min"]), middle, scale.at(spread["max"]), middle, "range"),
            text(max(end, scale.at(spread["max"])) + 6, y + 13, tick_value(spread["median"]))]


def lines(title, x_unit, y_unit, series):
    """Lines over a logarithmic x axis. `series` is {name: {x: y}}."""
    height, right = 340, WIDTH - 180
    across = sorted({x for values in series.values() for x in values})
    x_scale = Scale(across, LEFT, right, True)
    x_scale.low, x_scale.high = math.log10(across[0]), math.log10(across[-1])
    most = max(y for values in series.values() for y in values.values())
    y_scale = Scale([most], height - BOTTOM - 10, TOP)
    body = []
    for tick in y_scale.ticks:
        body.append(line(LEFT, y_scale.at(tick), right, y_scale.at(tick), "grid"))
        body.append(text(LEFT - 8, y_scale.at(tick) + 4, tick_text(tick), "end"))
    for x in across:
        body.append(text(x_scale.at(x), height - BOTTOM + 10, tick_text(x), "middle"))
    body += [line(LEFT, y_scale.start, right, y_scale.start, "axis"),
             text((LEFT + right) / 2, height - 10, x_unit, "middle"),
             text(LEFT, TOP - 10, y_unit, "middle")]
    body += curves(series, x_scale, y_scale)
    described = {name: {tick_text(x): {"median": y} for x, y in values.items()}
                 for name, values in series.items()}
    return document(height, title, describe(title, described, f"{y_unit} by {x_unit}"), body)


def curves(series, x_scale, y_scale):
    """The names stand at the right ends, apart from each other."""
    body = []
    ends = sorted(series, key=lambda name: y_scale.at(list(series[name].values())[-1]))
    lowest = 0
    for number, name in enumerate(ends):
        points = [(x_scale.at(x), y_scale.at(y)) for x, y in sorted(series[name].items())]
        colour = COLOURS[number % len(COLOURS)]
        shape = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashes = ' stroke-dasharray="6 3"' if number >= len(COLOURS) else ""
        # The style of a class is stronger than an attribute: no area under the line.
        body.append(f'<polyline class="{colour}" style="fill:none" stroke-width="2"{dashes} '
                    f'points="{shape}"/>')
        body += [f'<circle class="{colour}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
        lowest = max(points[-1][1] + 4, lowest + 16)
        body.append(text(points[-1][0] + 10, lowest, name))
    return body
