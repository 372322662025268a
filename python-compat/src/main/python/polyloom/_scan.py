"""Reads what a source says it needs installed, from its text alone: nothing of it is run.

Looked for: literal arguments of ``Image`` methods such as ``pip_install("a")``, the ``# /// script`` block of PEP 723,
and the ``requirements.txt`` and the dependencies in the ``pyproject.toml`` of the folder. A file that has a block of
PEP 723 speaks for itself: then the folder is not asked.
"""

from __future__ import annotations

import ast
import json
import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILES_MAX = 500
_SKIPPED = frozenset({"__pycache__", "node_modules", "target", "tests", "venv"})
_SCRIPT = re.compile(r"^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$", re.MULTILINE)
_INSTALLERS = ("pip_install", "uv_pip_install")


def scan(path: str) -> str:
    """Scans a Python file or a folder; returns ``{"packages": […], "requirements": [paths]}`` as JSON.

    Raises ``SyntaxError`` when a source is not Python.
    """
    packages: list[str] = []
    requirements: list[str] = []
    if os.path.isdir(path):
        _add_project(path, packages, requirements)
    for file in _sources(path):
        with open(file, encoding="utf-8") as source:
            text = source.read()
        has_block = _add_script(text, packages)
        if file == path and not has_block:
            _add_project(os.path.dirname(path), packages, requirements)
        if "pip_install" in text:
            _add_images(ast.parse(text, file), os.path.dirname(file), packages, requirements)
    return json.dumps({"packages": _unique(packages), "requirements": _unique(requirements)})


def _unique(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _sources(path: str) -> Iterator[str]:
    if not os.path.isdir(path):
        yield path
        return
    count = 0
    for folder, folders, files in os.walk(path):
        folders[:] = [f for f in folders if f not in _SKIPPED and not f.startswith(".")]
        folders[:] = [f for f in folders if not os.path.exists(os.path.join(folder, f, "pyvenv.cfg"))]
        for name in files:
            if name.endswith(".py"):
                count += 1
                if count > _FILES_MAX:
                    return
                yield os.path.join(folder, name)


def _add_project(folder: str, packages: list[str], requirements: list[str]) -> None:
    listed = os.path.join(folder, "requirements.txt")
    if os.path.isfile(listed):
        requirements.append(listed)
    project = os.path.join(folder, "pyproject.toml")
    if os.path.isfile(project):
        import tomllib

        with open(project, "rb") as file:
            packages.extend(tomllib.load(file).get("project", {}).get("dependencies", ()))


def _add_script(text: str, packages: list[str]) -> bool:
    if "# /// script" not in text:
        return False
    blocks = list(_SCRIPT.finditer(text))
    if len(blocks) != 1:
        return False
    import tomllib

    lines = blocks[0].group("content").splitlines(keepends=True)
    content = "".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)
    packages.extend(tomllib.loads(content).get("dependencies", ()))
    return True


def _add_images(tree: ast.AST, folder: str, packages: list[str], requirements: list[str]) -> None:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        strings = list(_strings(node.args))
        if node.func.attr in _INSTALLERS:
            packages.extend(strings)
        elif node.func.attr == "pip_install_from_requirements":
            requirements.extend(os.path.join(folder, name) for name in strings[:1])


def _strings(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        elif isinstance(argument, (ast.List, ast.Tuple)):
            yield from _strings(argument.elts)
