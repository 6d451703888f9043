"""Which drills there are, read from scenario files without running them."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.errors import SpecError

#: Other packages name their scenario modules, or folders of them, in this entry point group.
GROUP = "kubedrill.scenarios"
_PREFIX = "test_"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillInfo:
    """One drill as its scenario says it: the promise, the lab, and its steps as they are written."""

    name: str
    claim: str
    lab: str
    file: Path
    function: str
    steps: tuple[str, ...] = ()
    rto: timedelta | None = None
    rpo: timedelta | None = None
    #: The ids of the controls that it is evidence for; a file that is only read does not tell them.
    controls: tuple[str, ...] = ()

    @property
    def node_id(self) -> str:
        """What pytest calls it."""
        return f"{self.file}::{self.function}"


def scenario_places(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Folders and files with scenarios: the given ones, those that came with this package, those of other packages."""
    own = (Path(__file__).resolve().parents[2] / "scenarios", Path(sys.prefix) / "share/kubedrill/scenarios")
    return (*extra, *(next(([place] for place in own if any(place.glob(f"{_PREFIX}*.py"))), [])), *_of_packages())


def find_drills(places: Iterable[Path]) -> tuple[DrillInfo, ...]:
    """The drills in folders and files, by name; two of the same name are an error."""
    found: dict[str, DrillInfo] = {}
    for place in places:
        for file in sorted(place.glob(f"{_PREFIX}*.py")) if place.is_dir() else [place]:
            for drill in _read(file):
                other = found.setdefault(drill.name, drill)
                if other.file.resolve() != file.resolve():
                    raise SpecError(f"The drill '{drill.name}' exists twice: in '{other.file}' and in '{file}'")
    return tuple(found[name] for name in sorted(found))


def _read(file: Path) -> tuple[DrillInfo, ...]:
    try:
        return tuple(_in_file(file))
    except (RecursionError, MemoryError) as deep:
        # Python's own words for source that nests too deep.
        raise SpecError(f"The scenario '{file}' cannot be read: it nests too deep") from deep


def _in_file(file: Path) -> Iterator[DrillInfo]:
    try:
        tree = ast.parse(file.read_text(), filename=str(file))
    except (OSError, SyntaxError, ValueError) as bad:
        raise SpecError(f"The scenario '{file}' cannot be read: {bad}") from bad
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name.startswith(_PREFIX) and _takes_drill(function):
            claim = ast.get_docstring(function) or ""
            body = function.body[1:] if claim else function.body
            yield DrillInfo(
                name=function.name.removeprefix(_PREFIX).replace("_", "-"),
                claim=" ".join(claim.split()),
                lab=_lab(function),
                file=file,
                function=function.name,
                steps=tuple(ast.unparse(step) for step in body),
                rto=_promise(function, "within"),
                rpo=_promise(function, "losing_at_most"),
            )


def _takes_drill(function: ast.FunctionDef) -> bool:
    return any(argument.arg == "drill" for argument in function.args.args)


def _lab(function: ast.FunctionDef) -> str:
    """The shape in `@pytest.mark.lab("1+1")`; one machine when nothing is said."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.lab" and decorator.args:
            shape = decorator.args[0]
            if isinstance(shape, ast.Constant) and isinstance(shape.value, str):
                return shape.value
    return "1"


def _promise(function: ast.FunctionDef, keyword: str) -> timedelta | None:
    """The time that is promised by a keyword such as `within=timedelta(minutes=5)`, if it is written out."""
    given = (word for node in ast.walk(function) if isinstance(node, ast.Call) for word in node.keywords)
    for word in given:
        call = word.value
        if word.arg == keyword and isinstance(call, ast.Call) and ast.unparse(call.func).endswith("timedelta"):
            try:
                days = [float(ast.literal_eval(value)) for value in call.args[:1]]
                parts = {part.arg: float(ast.literal_eval(part.value)) for part in call.keywords if part.arg}
                return timedelta(*days, **parts)
            except (ValueError, TypeError):
                return None
    return None


def _of_packages() -> Iterator[Path]:
    for point in importlib.metadata.entry_points(group=GROUP):
        try:
            found = importlib.util.find_spec(point.module)
        except ImportError:
            found = None
        if found is None:
            raise SpecError(f"The scenarios '{point.module}' of the package '{point.name}' are not installed")
        yield from (Path(place) for place in found.submodule_search_locations or [found.origin or ""])
