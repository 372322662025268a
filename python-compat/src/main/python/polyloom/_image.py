"""What a function needs installed: the declarative part of an image.

Each method returns a new image, so that images can share a beginning. Steps that only make sense for containers
(system packages, shell commands, base images) are recorded as ignored and named to the person who serves the file.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import Any


def _flatten(packages: tuple[Any, ...]) -> tuple[str, ...]:
    flat: list[str] = []
    for package in packages:
        if isinstance(package, str):
            flat.append(package)
        else:
            flat.extend(package)
    return tuple(flat)


class Image:
    """Packages and variables of the environment that a function runs in. Immutable."""

    def __init__(
        self,
        packages: tuple[str, ...] = (),
        requirements: tuple[str, ...] = (),
        variables: tuple[tuple[str, str], ...] = (),
        ignored: tuple[str, ...] = (),
    ) -> None:
        self.packages = packages
        self.requirements = requirements
        self.variables = variables
        self.ignored = ignored

    @staticmethod
    def debian_slim(python_version: str | None = None, **_options: Any) -> Image:
        """The empty image. The interpreter is the host's GraalPy, whatever ``python_version`` asks for."""
        return Image(ignored=("python_version",) if python_version else ())

    @staticmethod
    def from_registry(tag: str, **_options: Any) -> Image:
        """The empty image; container images are not used here."""
        return Image(ignored=(f"from_registry({tag!r})",))

    @staticmethod
    def micromamba(python_version: str | None = None, **_options: Any) -> Image:
        """The empty image; conda is not used here."""
        return Image(ignored=("micromamba",))

    def _with(
        self,
        packages: tuple[str, ...] = (),
        requirements: tuple[str, ...] = (),
        variables: tuple[tuple[str, str], ...] = (),
        ignored: tuple[str, ...] = (),
    ) -> Image:
        return Image(
            self.packages + packages,
            self.requirements + requirements,
            self.variables + variables,
            self.ignored + ignored,
        )

    def pip_install(self, *packages: str | list[str], **_options: Any) -> Image:
        """Adds packages, each a requirement specifier."""
        return self._with(packages=_flatten(packages))

    def uv_pip_install(self, *packages: str | list[str], **options: Any) -> Image:
        """Adds packages; the same as ``pip_install``, which uses uv as well."""
        return self.pip_install(*packages, **options)

    def pip_install_from_requirements(self, requirements_txt: str, **_options: Any) -> Image:
        """Adds what a requirements file lists."""
        return self._with(requirements=(requirements_txt,))

    def pip_install_from_pyproject(self, pyproject_toml: str, **_options: Any) -> Image:
        """Adds the dependencies that a ``pyproject.toml`` lists."""
        return self._with(requirements=(pyproject_toml,))

    def env(self, variables: dict[str, str]) -> Image:
        """Sets environment variables."""
        return self._with(variables=tuple(variables.items()))

    def imports(self) -> AbstractContextManager[None]:
        """A block whose failing imports do not stop the file from loading where the packages are missing."""

        import contextlib

        @contextlib.contextmanager
        def tolerant() -> Iterator[None]:
            with contextlib.suppress(ImportError):
                yield

        return tolerant()

    def __getattr__(self, name: str) -> Callable[..., Image]:
        if name not in _CONTAINER_STEPS:
            raise AttributeError(f"Image has no method {name!r}")

        def step(*_arguments: Any, **_options: Any) -> Image:
            return self._with(ignored=(name,))

        return step


_CONTAINER_STEPS = frozenset(
    {
        "add_local_dir",
        "add_local_file",
        "add_local_python_source",
        "apt_install",
        "copy_local_dir",
        "copy_local_file",
        "dockerfile_commands",
        "entrypoint",
        "micromamba_install",
        "pip_install_private_repos",
        "poetry_install_from_file",
        "run_commands",
        "run_function",
        "shell",
        "uv_sync",
        "workdir",
    }
)
