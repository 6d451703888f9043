"""A page that says how one comes back by hand says what its recovery runs, in the same order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from harness.journal import History, Kind
from tests.drill.rehearsing import STORIES, rehearse

PAGES = Path(__file__).resolve().parents[2] / "docs" / "drills"
SECTION = "## The way back by hand\n"
PROMISE = "A test keeps these lines equal to those that the drill's own recovery runs."
#: Looks, which change nothing: a page may leave them out, or advise others.
LOOKS = ("sha256sum", "crictl", "find")
#: The drill's disks come with a file system.
ONLY_ON_PAGES = ("mkfs.ext4",)
#: What lies on memory may be called as one likes.
ON_MEMORY = {"/run/kubedrill-snapshot.db": "/run/snapshot.db"}


def pages() -> list[str]:
    return sorted(page.stem for page in PAGES.glob("*.md") if PROMISE in page.read_text())


def typed(name: str) -> list[str]:
    """The commands of the section's code blocks."""
    section = (PAGES / f"{name}.md").read_text().split(SECTION)[1].split("\n## ")[0]
    blocks = re.findall(r"^```\n(.*?)^```", section, flags=re.DOTALL | re.MULTILINE)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return known([shlex.split(line, comments=True) for line in lines if line.strip()])


def ran(history: History) -> list[str]:
    """The commands of the recovery that came to its end, on the machine that it brought back and on its etcd's."""
    end = history.last(Kind.RECOVERY, state="end")
    assert end is not None
    start = history.last(Kind.RECOVERY, state="start")
    assert start is not None
    machines = (end.data["node"], "etcd1")
    typed = (event for event in history.of(Kind.COMMAND) if event.data["node"] in machines)
    inside = [event for event in typed if start.seq < event.seq < end.seq]
    return known([[str(word) for word in event.data["argv"]] for event in inside])


def known(argvs: list[list[str]]) -> list[str]:
    """What has to be the same on a page and in a journal."""
    return [plain(argv) for argv in argvs if argv[0] not in (*LOOKS, *ONLY_ON_PAGES) and not only_looks(argv)]


def only_looks(argv: list[str]) -> bool:
    """A trial of the snapshot on memory, and the file that is put there for it."""
    last = ON_MEMORY.get(argv[-1], argv[-1])
    return last == "/run/snapshot.db" and argv[0] in ("install", "rm")


def plain(argv: list[str]) -> str:
    argv = [ON_MEMORY.get(word, word).removesuffix(".service") for word in argv]
    # A cluster's token is never the same twice.
    argv = [re.sub(r"^restored-[0-9a-f]+$", "restored-1", word) for word in argv]
    if argv[0] == "install":
        # Where the file comes from is the reader's affair.
        argv = [argv[0], argv[1], argv[-1]]
    if argv[0] == "mv" and argv[1].startswith("--target-directory="):
        argv = [argv[0], argv[1], str(Path(argv[2]).parent)]
    if argv[:2] == ["kubeadm", "init"]:
        # Container machines need more checks ignored than others.
        argv = [word.split(",")[0] for word in argv]
    return shlex.join(argv)


@pytest.mark.parametrize("name", pages())
def test_the_page_says_what_the_recovery_runs(name: str, tmp_path: Path) -> None:
    assert typed(name) == ran(rehearse(STORIES[name], tmp_path))


def test_there_are_pages_to_look_at_and_each_promises_it_where_it_is_kept() -> None:
    assert {"os-disk-swap", "destroyed-master", "custom-config", "rollback", "data-disk-failure"} <= set(pages())
    for name in pages():
        assert f"{SECTION}\n{PROMISE}" in (PAGES / f"{name}.md").read_text()
