"""What a source says it needs installed."""

import json
from pathlib import Path
from typing import Any

from polyloom._scan import scan


def scanned(folder: Path, text: str) -> Any:
    file = folder / "app.py"
    file.write_text(text)
    return json.loads(scan(str(file)))


def test_a_file_needs_what_is_listed_beside_it(tmp_path: Path) -> None:
    listed = tmp_path / "requirements.txt"
    listed.write_text("ariadne\n")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\ndependencies = ["quart"]\n')
    assert scanned(tmp_path, "app = None\n") == {"packages": ["quart"], "requirements": [str(listed)]}


def test_a_file_with_a_block_of_its_own_speaks_for_itself(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("ariadne\n")
    block = '# /// script\n# dependencies = ["httpx"]\n# ///\n'
    assert scanned(tmp_path, block) == {"packages": ["httpx"], "requirements": []}
