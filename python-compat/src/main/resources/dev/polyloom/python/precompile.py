# SPDX-License-Identifier: Apache-2.0
"""Compile Python sources once, so that no context has to parse them again.

Usage: precompile.py --standard-library|--sources FOLDER PUBLISHED

The compiled files are of the unchecked-hash kind: the folders they lie in never change, and
renaming a folder would give its sources new times. PUBLISHED is where FOLDER will be later; it is
the file name that tracebacks show.
"""

import importlib.util
import os
import py_compile
import sys

# Parts of the standard library that no function imports.
UNUSED = {"__pycache__", "ensurepip", "idlelib", "lib2to3", "test", "tests", "turtledemo"}


def compile_tree(folder: str, published: str, skipped: set[str]) -> None:
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in skipped)
        for name in sorted(files):
            if name.endswith(".py"):
                source = os.path.join(base, name)
                shown = os.path.join(published, os.path.relpath(source, folder))
                compile_file(source, shown)


def compile_file(source: str, shown: str) -> None:
    target = importlib.util.cache_from_source(source)
    if os.path.exists(target):
        return
    try:
        py_compile.compile(
            source,
            cfile=target,
            dfile=shown,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
    except (py_compile.PyCompileError, UnicodeDecodeError, ValueError):
        # Templates and test data end in .py too; importing one tells what is wrong with it.
        pass


def unpack_native_parts() -> None:
    """Make the runtime unpack what it unpacks on first use: here it has one user only."""
    import ctypes

    ctypes.CDLL(None)


def main(kind: str, folder: str, published: str) -> None:
    if kind == "--standard-library":
        unpack_native_parts()
        compile_tree(folder, published, UNUSED)
    else:
        compile_tree(folder, published, {"__pycache__"})


main(*sys.argv[1:])
