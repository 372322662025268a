"""The smallest function: its parameters come from the query, what it returns becomes JSON."""


def handler(name: str = "world"):
    return {"hello": name}
