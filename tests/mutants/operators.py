"""What may be changed about one piece of code, and what it becomes."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

#: What replaces a piece of code, and how that is told.
Variant = tuple[ast.AST, str]

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}
_ENDS = {"first": "last", "last": "first"}
#: Every way to say no becomes a yes.
_NOES = frozenset({"broken", "errored", "ruled"})
_OTHER_WORD = "mutant"


def variants(node: ast.AST) -> list[Variant]:
    """All that this piece may become; nothing for most."""
    make = _MAKERS.get(type(node))
    return list(make(node)) if make is not None else []


def _compare(node: ast.Compare) -> Iterator[Variant]:
    for place, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield _told(ast.Compare(left=node.left, ops=ops, comparators=node.comparators))


def _boolean(node: ast.BoolOp) -> Iterator[Variant]:
    yield _told(ast.BoolOp(op=ast.Or() if isinstance(node.op, ast.And) else ast.And(), values=node.values))


def _negation(node: ast.UnaryOp) -> Iterator[Variant]:
    if isinstance(node.op, ast.Not):
        yield _told(node.operand)


def _condition(node: Any) -> Iterator[Variant]:
    """A condition that has no operator of its own, turned round."""
    if isinstance(node.test, ast.Compare | ast.BoolOp) or (
        isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
    ):
        return
    other = copy.copy(node)
    other.test = ast.UnaryOp(op=ast.Not(), operand=node.test)
    yield other, f"if not {ast.unparse(node.test)}"


def _filter(node: ast.comprehension) -> Iterator[Variant]:
    for place, test in enumerate(node.ifs):
        other = copy.copy(node)
        other.ifs = [*node.ifs[:place], *node.ifs[place + 1 :]]
        yield other, f"without 'if {ast.unparse(test)}'"


def _arithmetic(node: ast.BinOp) -> Iterator[Variant]:
    other = _COUNTED.get(type(node.op))
    if other is not None:
        yield _told(ast.BinOp(left=node.left, op=other(), right=node.right))


def _constant(node: ast.Constant) -> Iterator[Variant]:
    value = node.value
    if isinstance(value, bool):
        yield _told(ast.Constant(not value))
    elif isinstance(value, int | float):
        yield _told(ast.Constant(value + 1))
    # What is empty or has a space in it is wording.
    elif isinstance(value, str) and value and not any(letter.isspace() for letter in value):
        yield _told(ast.Constant(_OTHER_WORD))


def _return(node: ast.Return) -> Iterator[Variant]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield _told(ast.Return(ast.Constant(None)))


def _call(node: ast.Call) -> Iterator[Variant]:
    function = node.func
    if isinstance(function, ast.Name) and function.id in _NOES:
        said = node.args[-1] if function.id == "ruled" else ast.Constant(_OTHER_WORD)
        yield _of_ruling("held", said), "held"
    if isinstance(function, ast.Name) and function.id in _NAMES:
        other = ast.Name(id=_NAMES[function.id], ctx=ast.Load())
        yield _told(ast.Call(func=other, args=node.args, keywords=node.keywords))
    if isinstance(function, ast.Attribute) and function.attr in _ENDS:
        end = ast.Attribute(value=function.value, attr=_ENDS[function.attr], ctx=ast.Load())
        yield _told(ast.Call(func=end, args=node.args, keywords=node.keywords))


def _of_ruling(name: str, said: ast.expr) -> ast.AST:
    """A call that needs no import in the module that is changed."""
    text = f"__import__('harness.verdict.ruling', fromlist=['{name}']).{name}(None)"
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    call.args = [said]
    return call


def _removed(_: ast.AST) -> Iterator[Variant]:
    yield ast.Pass(), "removed"


def _expression(node: ast.Expr) -> Iterator[Variant]:
    if not isinstance(node.value, ast.Constant):
        yield from _removed(node)


def _assignment(node: ast.Assign) -> Iterator[Variant]:
    if not any(isinstance(target, ast.Name | ast.Tuple) for target in node.targets):
        yield from _removed(node)


def _told(node: ast.AST) -> Variant:
    return node, ast.unparse(ast.fix_missing_locations(copy.deepcopy(node)))


_MAKERS: dict[type[ast.AST], Callable[[Any], Iterator[Variant]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _negation,
    ast.If: _condition,
    ast.While: _condition,
    ast.IfExp: _condition,
    ast.comprehension: _filter,
    ast.BinOp: _arithmetic,
    ast.Constant: _constant,
    ast.Return: _return,
    ast.Call: _call,
    ast.Expr: _expression,
    ast.Assign: _assignment,
    ast.AugAssign: _removed,
    ast.Raise: _removed,
    ast.Continue: _removed,
    ast.Break: _removed,
}
