"""One change of one file: which it is, and the code that it makes."""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType

from tests.mutants.operators import variants

#: Fields that are not behaviour: what is written for readers, for the type checker and for the import system.
_SILENT = frozenset({"annotation", "returns", "decorator_list", "type_params", "bases"})
_WORDING = (ast.JoinedStr, ast.Import, ast.ImportFrom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A change at one place, told so that an edit of its line makes it another one."""

    file: str
    #: The function or class that it is in.
    within: str
    #: The statement, or the head of one, that it is in.
    text: str
    was: str
    now: str
    #: Which of those that are told alike.
    nth: int = 0
    line: int
    #: The lines of which a test has to run one to be able to notice.
    first: int
    last: int
    #: Whether it is in a function, so that it can be put into a module that is imported.
    is_live: bool
    #: Which piece of the file's tree, and which of its variants.
    place: int
    variant: int

    @property
    def key(self) -> str:
        """What it is called."""
        told = (self.file, self.within, self.text, self.was, self.now, str(self.nth))
        return hashlib.sha256("\0".join(told).encode()).hexdigest()[:8]

    @property
    def change(self) -> str:
        """What it does, on one line."""
        more = f" [{self.nth + 1}]" if self.nth else ""
        return f"{_short(self.was)} -> {_short(self.now)}{more}"

    def __str__(self) -> str:
        return f"{self.key} {self.file}:{self.line} {self.within or 'module'}: {self.change}"


@dataclass(frozen=True, slots=True)
class _Spot:
    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    statement: ast.stmt
    within: str
    is_live: bool


def mutants(root: Path, file: str) -> list[Mutant]:
    """Every change that there is of a file."""
    source = (root / file).read_text()
    lines = source.splitlines()
    told: Counter[tuple[str, ...]] = Counter()
    found = []
    for place, spot in enumerate(_spots(ast.parse(source))):
        for variant, (_, now) in enumerate(variants(spot.node)):
            first, last = _span(spot.statement)
            text = " ".join(line.strip() for line in lines[first - 1 : last])
            one = Mutant(
                file=file,
                within=spot.within,
                text=text,
                was=_unparsed(spot.node),
                now=now,
                line=getattr(spot.node, "lineno", first),
                first=first,
                last=last,
                is_live=spot.is_live,
                place=place,
                variant=variant,
            )
            alike = (one.within, one.text, one.was, one.now)
            found.append(replace(one, nth=told[alike]))
            told[alike] += 1
    return found


def code_of(root: Path, one: Mutant) -> CodeType:
    """The code of the changed file."""
    path = root / one.file
    tree = ast.parse(path.read_text())
    spot = next(spot for place, spot in enumerate(_spots(tree)) if place == one.place)
    changed, _ = variants(spot.node)[one.variant]
    ast.copy_location(changed, spot.node if hasattr(spot.node, "lineno") else spot.statement)
    if spot.index is None:
        setattr(spot.parent, spot.field, changed)
    else:
        getattr(spot.parent, spot.field)[spot.index] = changed
    return compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)


def _spots(tree: ast.Module) -> Iterator[_Spot]:
    for index, statement in enumerate(tree.body):
        yield from _within(statement, tree, "body", index, statement, "", False)


def _within(
    node: ast.AST, parent: ast.AST, field: str, index: int | None, statement: ast.stmt, within: str, is_live: bool
) -> Iterator[_Spot]:
    if isinstance(node, _WORDING) or _is_docstring(node) or _is_for_types(node):
        return
    if isinstance(node, ast.stmt):
        statement = node
    yield _Spot(node, parent, field, index, statement, within, is_live)
    inner = within
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and not is_live:
        inner = f"{within}.{node.name}" if within else node.name
    for name, value in ast.iter_fields(node):
        if name in _SILENT or (isinstance(node, ast.ClassDef) and name == "keywords"):
            continue
        lives = is_live or (isinstance(node, ast.FunctionDef) and name == "body")
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST):
                yield from _within(child, node, name, place, statement, inner, lives)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_types(node: ast.AST) -> bool:
    """`T = TypeVar("T")` and `__all__ = [...]`."""
    if not isinstance(node, ast.Assign):
        return False
    is_variable = isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in ("TypeVar", "ParamSpec")
    return is_variable or ast.unparse(node.targets[0]) == "__all__"


def _span(statement: ast.stmt) -> tuple[int, int]:
    """The lines of a statement; of one that holds others those of its head."""
    body = getattr(statement, "body", None)
    if body and isinstance(body[0], ast.stmt):
        return statement.lineno, max(statement.lineno, body[0].lineno - 1)
    return statement.lineno, statement.end_lineno or statement.lineno


def _unparsed(node: ast.AST) -> str:
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        return f"if {ast.unparse(node.test)}"
    if isinstance(node, ast.comprehension):
        return "for ... if"
    return ast.unparse(node)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 90 else flat[:60] + "…" + flat[-25:]
