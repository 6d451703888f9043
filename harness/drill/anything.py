"""Stands for what is not there yet: whatever is asked of it, it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.errors import SpecError

#: Far more questions than any scenario asks; a loop that waits for another answer asks more.
_PATIENCE = 1000


class Answers:
    """Says yes to each question, unless other answers to the first ones are given."""

    def __init__(self, given: tuple[bool, ...] = ()) -> None:
        self.said: list[bool] = []
        self._given = given

    def next(self) -> bool:
        """The answer to the next question."""
        if len(self.said) == _PATIENCE:
            raise SpecError(f"The scenario asked {_PATIENCE} questions before there were machines, and did not stop")
        self.said.append(self._given[len(self.said)] if len(self.said) < len(self._given) else True)
        return self.said[-1]

    def otherwise(self) -> tuple[bool, ...] | None:
        """The answers to try after these: the last yes becomes a no; None when each has been a no."""
        said = self.said.copy()
        while said and not said[-1]:
            said.pop()
        return (*said[:-1], False) if said else None


class Anything:
    """Has every attribute and item, can be called, compared and reckoned with; true or false as the answers say."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._truth: bool | None = None

    def __bool__(self) -> bool:
        # Asked twice it answers the same: pytest asks again when it explains an assertion.
        if self._truth is None:
            self._truth = self._answers.next()
        return self._truth

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            # What Python and pytest look for on an object, to learn of what sort it is.
            raise AttributeError(name)
        return self._more()

    def _more(self, *_: object, **__: object) -> Anything:
        return Anything(self._answers)

    __call__ = __getitem__ = __enter__ = _more
    __lt__ = __le__ = __gt__ = __ge__ = _more
    __add__ = __sub__ = __mul__ = __truediv__ = __floordiv__ = __mod__ = __and__ = __or__ = _more
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rfloordiv__ = __rmod__ = __rand__ = __ror__ = _more
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> Any:
        return self._more()

    def __ne__(self, other: object) -> Any:
        return self._more()

    def __contains__(self, item: object) -> bool:
        return self._answers.next()

    def __iter__(self) -> Iterator[Anything]:
        return iter((self._more(),))

    def __len__(self) -> int:
        return 1

    def __int__(self) -> int:
        return 1

    def __float__(self) -> float:
        return 1.0

    def __format__(self, wanted: str) -> str:
        return "anything"

    def __exit__(self, *_: object) -> None:
        return None
