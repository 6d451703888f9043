"""Puts a mutant into a process that has the modules already."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from tests.mutants.mutant import Mutant, code_of


class NoPlaceError(Exception):
    """The function that was changed is not found in the module that is imported."""


def graft(root: Path, one: Mutant) -> None:
    """Let the function that is imported already run the changed code; everybody who holds it runs it then."""
    module = module_of(root, one.file)
    name = one.within
    function = _plain(_found(module, name), one)
    changed = next((code for code in _inside(code_of(root, one)) if _is(code, name, function)), None)
    if changed is None:
        raise NoPlaceError(f"{one} has no function '{name}'")
    function.__code__ = changed
    for value in vars(module).values():
        if callable(getattr(value, "cache_clear", None)):
            value.cache_clear()


def module_of(root: Path, file: str) -> ModuleType:
    """The module that was imported from a file."""
    wanted = str(root / file)
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) == wanted:
            return module
    raise NoPlaceError(f"no test imports '{file}'")


def sow(root: Path, one: Mutant) -> None:
    """Let the file be imported anew with the change in it, and with it all that may have looked at it."""
    name = one.file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    for other, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and Path(file).is_relative_to(root) and not _is_ours(other) and other != "__main__":
            del sys.modules[other]
    sys.meta_path.insert(0, _Seed(name, str(root / one.file), code_of(root, one)))
    # Now, because pytest has a finder of its own that would come first.
    importlib.import_module(name)


class _Seed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the changed module, and nothing else."""

    def __init__(self, name: str, file: str, code: CodeType) -> None:
        self._name, self._file, self._code = name, file, code

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Whether it is this one."""
        return importlib.util.spec_from_file_location(name, self._file, loader=self) if name == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code as the module."""
        exec(self._code, vars(module))


def _is_ours(name: str) -> bool:
    """Of the tool itself, which must stay what it is while it works; and what its names hang in."""
    return name == "tests" or name.startswith("tests.mutants")


def _found(module: ModuleType, name: str) -> object:
    found: object = module
    for part in name.split("."):
        found = vars(found).get(part)
    return found


def _plain(found: object, one: Mutant) -> FunctionType:
    if isinstance(found, property):
        found = found.fget
    found = getattr(found, "__func__", found)
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    if not isinstance(found, FunctionType):
        raise NoPlaceError(f"{one} is in no function that is imported")
    return found


def _inside(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)


def _is(code: CodeType, name: str, function: FunctionType) -> bool:
    return (
        code.co_qualname == name
        and code.co_firstlineno == function.__code__.co_firstlineno
        and code.co_freevars == function.__code__.co_freevars
    )
