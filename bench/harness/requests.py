"""Part three: how many requests a second, beside a server that only sends a file."""

import os
import re

from harness import clients, processes
from harness.servers import Nginx, Traild

CONNECTIONS = (16, 64, 250)
SECONDS = 5
TARGET = "/v1/events?limit=1"


def wrk_command(settings, wrk, connections, url):
    threads = max(1, settings.cores // 2)
    return [wrk, "-t", str(threads), "-c", str(connections), "-d", f"{SECONDS}s", "--latency", url]


def duration_ms(text):
    """1.50ms, 700.00us, 1.20s, 1.00m"""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def read_wrk(text):
    wrong = re.search(r"Non-2xx.*|Socket errors.*", text)
    if wrong:
        raise RuntimeError(f"wrk: {wrong[0]}")
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
            "p50": duration_ms(re.search(r"^ +50% +(\S+)$", text, re.M)[1]),
            "p99": duration_ms(re.search(r"^ +99% +(\S+)$", text, re.M)[1])}


def run_rounds(sitting, urls):
    rounds = {name: {str(count): [] for count in CONNECTIONS} for name in urls}
    for number in range(sitting.settings.rounds):
        sitting.say(f"requests, round {number + 1}")
        for count in CONNECTIONS:
            for name, url in urls.items():
                command = wrk_command(sitting.settings, sitting.wrk, count, url)
                rounds[name][str(count)].append(read_wrk(processes.run(command)))
    return rounds


def run(sitting):
    """None without wrk. Without nginx traild stands alone."""
    if not sitting.wrk:
        return None
    corpus = sitting.corpora()[0]
    sitting.stores.load("traild", corpus)
    settings = sitting.settings
    log = sitting.stores.log("serve")
    with Traild(settings.program("traild"), sitting.stores.place(corpus, "traild"), log) as traild:
        body = clients.body_of(traild.address, TARGET)
        urls = {"traild": f"http://{traild.address}{TARGET}"}
        if not sitting.nginx:
            return {"bytes": len(body), "rounds": run_rounds(sitting, urls)}
        place = os.path.join(settings.place, "nginx")
        with Nginx(sitting.nginx, place, settings.cores, "events.json", body) as nginx:
            urls["nginx"] = f"http://{nginx.address}/events.json"
            return {"bytes": len(body), "rounds": run_rounds(sitting, urls)}
