"""An API that is asked with the credentials of the moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from harness.cluster.current_api import CurrentApi


class OneApi:
    """Tells with which credentials it was asked."""

    def __init__(self, kubeconfig: str) -> None:
        self.kubeconfig = kubeconfig

    def get(self, kind: str, name: str, namespace: str | None = None) -> dict[str, Any]:
        return {"kind": kind, "asked": self.kubeconfig, "place": f"{namespace}/{name}"}


class Doors:
    """Counts who connects."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, timedelta]] = []

    def api(self, kubeconfig: str, *, patience: timedelta) -> Any:
        self.opened.append((kubeconfig, patience))
        return OneApi(kubeconfig)


def test_new_credentials_are_used_at_once_and_old_ones_connect_only_once() -> None:
    doors, known = Doors(), ["old"]
    api = CurrentApi(doors, lambda: known[-1], timedelta(seconds=2))  # type: ignore[arg-type]
    assert [api.get("Pod", "a", "b")["asked"] for _ in range(3)] == ["old"] * 3
    known.append("new")
    assert api.get("Pod", "a", "b") == {"kind": "Pod", "asked": "new", "place": "b/a"}
    assert doors.opened == [("old", timedelta(seconds=2)), ("new", timedelta(seconds=2))]
