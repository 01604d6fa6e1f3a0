"""What is made of measured numbers: medians of rounds, percentiles of requests, words for people."""

import statistics


def percentile(values, percent):
    """The smallest value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(rank, 1) - 1]


def spread(values):
    """The median with the least and the most, which say how far to trust it."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values),
            "rounds": len(values)}


def of_rounds(rounds, name):
    """The spread of one figure of several rounds; None when they do not have it."""
    values = [measured[name] for measured in rounds if measured.get(name) is not None]
    return spread(values) if values else None


def thousands(number):
    return f"{number:,.0f}"


def short(number):
    """Three digits that count: 12.3, 0.123, 1,230."""
    for least, digits in ((100, 0), (10, 1), (1, 2)):
        if abs(number) >= least:
            return f"{number:,.{digits}f}"
    return f"{number:.3f}"


def mebibytes(count):
    return f"{count / 2**20:,.0f} MiB"


def name_of_count(count):
    """500000 -> 500 k, 3000000 -> 3 M."""
    for unit, size in (("M", 1_000_000), ("k", 1000)):
        if count >= size:
            return f"{count / size:g} {unit}"
    return str(count)


def with_range(spread_of, write=short):
    """The median, and in brackets the least and the most of several rounds."""
    if spread_of["rounds"] == 1:
        return write(spread_of["median"])
    return f"{write(spread_of['median'])} ({write(spread_of['min'])}–{write(spread_of['max'])})"
