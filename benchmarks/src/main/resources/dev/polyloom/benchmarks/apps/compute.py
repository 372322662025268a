"""Handlers that only compute: plain ``def`` functions, as people write them."""

import json
import re
from math import sqrt

from fastapi import FastAPI

app = FastAPI()


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@app.get("/fib")
def fib():
    return {"fib": fibonacci(20)}


BODIES = [
    ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1000.0),
    ((10.0, 0.0, 0.0), (0.0, 10.0, 0.0), 1.0),
    ((0.0, 20.0, 0.0), (-7.0, 0.0, 0.0), 2.0),
    ((0.0, 0.0, 30.0), (5.0, 0.0, 0.0), 0.5),
    ((-40.0, 0.0, 0.0), (0.0, -5.0, 0.0), 4.0),
]


def advance(bodies, step):
    for index, (place, speed, mass) in enumerate(bodies):
        for other_place, other_speed, other_mass in bodies[index + 1 :]:
            dx = place[0] - other_place[0]
            dy = place[1] - other_place[1]
            dz = place[2] - other_place[2]
            distance = dx * dx + dy * dy + dz * dz
            pull = step / (distance * sqrt(distance))
            speed[0] -= dx * other_mass * pull
            speed[1] -= dy * other_mass * pull
            speed[2] -= dz * other_mass * pull
            other_speed[0] += dx * mass * pull
            other_speed[1] += dy * mass * pull
            other_speed[2] += dz * mass * pull
    for place, speed, _ in bodies:
        place[0] += step * speed[0]
        place[1] += step * speed[1]
        place[2] += step * speed[2]


@app.get("/n-body")
def n_body():
    bodies = [(list(place), list(speed), mass) for place, speed, mass in BODIES]
    for _ in range(200):
        advance(bodies, 0.001)
    return {"first": [round(value, 6) for value in bodies[1][0]]}


SALES = json.dumps(
    [
        {"shop": f"shop {number % 7}", "item": f"item {number % 13}", "count": number % 5 + 1, "price": number % 17}
        for number in range(300)
    ]
)


@app.get("/transform")
def transform():
    shops = {}
    for sale in json.loads(SALES):
        shop = shops.setdefault(sale["shop"], {"sales": 0, "total": 0, "items": {}})
        shop["sales"] += 1
        shop["total"] += sale["count"] * sale["price"]
        shop["items"][sale["item"]] = shop["items"].get(sale["item"], 0) + sale["count"]
    best = sorted(shops.items(), key=lambda entry: (-entry[1]["total"], entry[0]))
    text = json.dumps([{"shop": name, **shop} for name, shop in best])
    return {"best": best[0][0], "total": best[0][1]["total"], "characters": len(text)}


LOG = "\n".join(
    f'10.0.{number % 256}.{number * 7 % 256} - - [01/Jan/2026:10:00:{number % 60:02}] "GET /page/{number} HTTP/1.1" '
    f"{200 if number % 10 else 404} {number * 37 % 5000}"
    for number in range(200)
)
LINE = re.compile(r'^(\d+\.\d+\.\d+\.\d+) \S+ \S+ \[([^\]]+)\] "(GET|POST) ([^ "]+) HTTP/[\d.]+" (\d{3}) (\d+)$', re.MULTILINE)


@app.get("/regex")
def regex():
    missing = 0
    size = 0
    for match in LINE.finditer(LOG):
        missing += match.group(5) == "404"
        size += int(match.group(6))
    return {"missing": missing, "bytes": size}
