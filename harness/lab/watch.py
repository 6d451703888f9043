"""A client that watches, loses the API, and comes back asking for what it missed."""

from __future__ import annotations

from datetime import timedelta

from harness.journal import Kind
from harness.journal.writer import Journal
from harness.providers.seam import ApiError, ClusterApi

#: A stream is reopened this often, so that one that died in silence is noticed.
_STRETCH = timedelta(seconds=1)
_GONE = 410


class LedgerWatch:
    """Follows the ledger's objects by a watch, and takes down each number that it is told of."""

    def __init__(self, api: ClusterApi, journal: Journal, namespace: str, prefix: str) -> None:
        self._api = api
        self._journal = journal
        self._namespace = namespace
        self._prefix = prefix
        self._version: str | None = None
        self._open = False
        self.heard = 0

    def follow(self) -> None:
        """Watch for one stretch from where the last one ended; what ends it early is taken down."""
        try:
            for change, item in self._api.watch("ConfigMap", self._namespace, since=self._version, limit=_STRETCH):
                self._take(change, item["metadata"])
        except ApiError as error:
            if error.status == _GONE:
                self._journal.write(Kind.WATCH, watch=self._prefix, state="relist", version=self._version)
                self._version = None
            elif self._open:
                self._journal.write(
                    Kind.WATCH, watch=self._prefix, state="closed", version=self._version, detail=str(error)
                )
                self._open = False

    def close(self) -> None:
        """Take down that nobody watches any more; a watch that was cut off ended where it was cut."""
        if self._open:
            self._journal.write(Kind.WATCH, watch=self._prefix, state="ended", version=self._version)
            self._open = False

    def _take(self, change: str, metadata: dict[str, str]) -> None:
        if not self._open:
            state = "opened" if self._version is None else "resumed"
            self._journal.write(Kind.WATCH, watch=self._prefix, state=state, version=self._version)
            self._open = True
        self._version = metadata["resourceVersion"]
        if change == "ADDED" and metadata["name"].startswith(self._prefix):
            number = int(metadata["name"].removeprefix(self._prefix))
            self._journal.write(Kind.WATCH, watch=self._prefix, state="event", version=self._version, marker=number)
            self.heard = max(self.heard, number)
