"""The journal is append-only, ordered, readable after any crash, and holds no secret."""

from __future__ import annotations

import errno
import itertools
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.clock import HostClock
from harness.errors import JournalError
from harness.journal import Event, Kind, parse_journal, read_journal, redact
from harness.journal.writer import Journal

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
RESERVED = {"seq", "at", "mono", "kind"}


def line(seq: int, kind: str = "note", extra: str = "") -> str:
    return f'{{"seq":{seq},"at":"2026-03-01T03:00:00+00:00","mono":{seq}.5,"kind":"{kind}"{extra}}}\n'


def test_what_is_written_is_read_back_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", HostClock())
    journal.write(Kind.NOTE, text="one")
    with journal.phase("work"), journal.wait("the kettle"):
        journal.write(Kind.NOTE, text="two\nlines", span=timedelta(seconds=2))
    journal.close()
    history = read_journal(journal.path)
    assert [event.kind for event in history.events] == ["note", "phase", "wait", "note", "wait", "phase"]
    assert history.events[3].data == {"text": "two\nlines", "span": 2.0}
    assert not history.cut


def test_the_end_of_a_phase_and_of_a_wait_is_written_when_its_work_fails(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", HostClock())
    with pytest.raises(RuntimeError), journal.phase("work"), journal.wait("luck"):
        raise RuntimeError
    journal.close()
    assert [event.data["state"] for event in read_journal(journal.path).events] == ["start", "start", "end", "end"]


def test_many_threads_write_whole_lines_with_numbers_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", HostClock())

    def work() -> None:
        for number in range(50):
            journal.write(Kind.LEDGER, stream="api", n=number)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    events = read_journal(journal.path).events
    assert [event.seq for event in events] == list(range(200))
    assert all(earlier.mono <= later.mono for earlier, later in itertools.pairwise(events))


def test_a_journal_is_private_and_never_overwrites_another(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    Journal(path, HostClock()).close()
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        Journal(path, HostClock())


def test_listeners_hear_of_an_event_after_it_is_written(tmp_path: Path) -> None:
    heard: list[int] = []
    path = tmp_path / "journal.jsonl"

    def listen(event: Event) -> None:
        heard.append(len(path.read_text().splitlines()) - event.seq)

    journal = Journal(path, HostClock(), (listen,))
    journal.write(Kind.NOTE, text="x")
    journal.write(Kind.NOTE, text="y")
    journal.close()
    assert heard == [1, 1]


def test_output_that_is_no_unicode_is_written_all_the_same(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl", HostClock())
    journal.write(Kind.FACT, stdout=b"caf\xe9".decode(errors="surrogateescape"))
    journal.close()
    assert read_journal(journal.path).events[0].data["stdout"] == "caf?"


def test_a_full_disk_leaves_a_journal_that_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path / "journal.jsonl", HostClock())
    journal.write(Kind.NOTE, text="before")
    write = os.write

    def half(file: int, data: bytes) -> int:
        if len(data) < 60:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data[: len(data) // 2])

    with monkeypatch.context() as full:
        full.setattr(os, "write", half)
        with pytest.raises(JournalError, match="No space left on device"):
            journal.write(Kind.NOTE, text="x" * 200)
    journal.write(Kind.NOTE, text="after")
    journal.close()
    assert [event.data["text"] for event in read_journal(journal.path).events] == ["before", "after"]


@pytest.mark.parametrize("moment", ["after a part", "after the line", "before it is on disk"])
def test_ctrl_c_in_the_middle_of_a_line_leaves_a_journal_that_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    journal = Journal(tmp_path / "journal.jsonl", HostClock())
    journal.write(Kind.NOTE, text="first")
    write = os.write

    def interrupted(file: int, line: bytes) -> int:
        write(file, line if moment == "after the line" else line[:9])
        raise KeyboardInterrupt

    def unsynced(_: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        name, struck = ("fsync", unsynced) if moment == "before it is on disk" else ("write", interrupted)
        patch.setattr(f"harness.journal.writer.os.{name}", struck)
        with pytest.raises(KeyboardInterrupt):
            journal.write(Kind.NOTE, text="second")
    journal.write(Kind.END, outcome="interrupted")
    journal.close()
    history = read_journal(journal.path)
    assert [event.seq for event in history.events] == list(range(len(history.events)))
    assert history.events[-1].kind is Kind.END
    assert history.first(Kind.NOTE, text="first")


def test_a_torn_last_line_is_dropped_and_remembered() -> None:
    history = parse_journal(line(0) + line(1)[:-10])
    assert (len(history.events), history.cut) == (1, True)


def test_damage_in_the_middle_is_an_error_that_shows_the_line() -> None:
    with pytest.raises(JournalError, match="Not a line of a journal"):
        parse_journal(line(0) + "{broken\n" + line(1))


@pytest.mark.parametrize("text", [line(1), line(0) + line(0), line(0) + line(2)])
def test_missing_and_doubled_lines_are_an_error(text: str) -> None:
    with pytest.raises(JournalError, match="lines are missing or doubled"):
        parse_journal(text)


def test_another_schema_is_refused() -> None:
    with pytest.raises(JournalError, match="has schema 99; this version reads schema 1"):
        parse_journal(line(0, "drill", ',"schema":99'))


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "[]",
        "{}",
        '{"seq":0,"at":"yesterday","mono":1,"kind":"note"}',
        '{"seq":0,"at":"2026-03-01T03:00:00+00:00","mono":NaN,"kind":"note"}',
        '{"seq":0,"at":"2026-03-01T03:00:00+00:00","mono":Infinity,"kind":"note"}',
        '{"seq":0,"at":"2026-03-01T03:00:00+00:00","mono":1e999,"kind":"note"}',
        '{"seq":0,"at":"2026-03-01T03:00:00+00:00","mono":1,"kind":"gossip"}',
        "[" * 100_000,
    ],
)
def test_what_is_no_event_is_a_journal_error(text: str) -> None:
    with pytest.raises(JournalError):
        Event.from_line(text)


def test_a_missing_journal_is_named(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"none\.jsonl' cannot be read: No such file"):
        read_journal(tmp_path / "none.jsonl")


@given(st.dictionaries(st.text(min_size=1, max_size=6).filter(lambda key: key not in RESERVED), JSON, max_size=4))
def test_any_event_survives_its_line(data: dict[str, object]) -> None:
    event = Event(seq=3, at=datetime(2026, 3, 1, tzinfo=UTC), mono=1.25, kind=Kind.NOTE, data=data)
    assert "\n" not in event.to_line()
    assert Event.from_line(event.to_line()) == event


KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc\n-----END RSA PRIVATE KEY-----"
SECRETS = [
    (f"before {KEY} after", "MIIEpAIBAAKCAQEA"),
    (KEY[:50], "MIIEpAIB"),
    ("--token abcdef.0123456789abcdef --x", "abcdef.0123456789abcdef"),
    ("--certificate-key " + "a1" * 32, "a1" * 32),
    ("Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl", "eyJzdWIiOiJ4In0"),
    ("client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURQ==", "LS0tLS1CRUdJTiBSU0EgUFJJVkFURQ"),
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_secrets_are_taken_out_wherever_they_stand(tmp_path: Path, text: str, secret: str) -> None:
    assert secret not in redact(text)
    journal = Journal(tmp_path / "journal.jsonl", HostClock())
    journal.write(Kind.FACT, stdout=text, deep={"list": [text]})
    journal.close()
    assert secret not in journal.path.read_text()


def test_what_is_public_stays() -> None:
    public = "--discovery-token-ca-cert-hash sha256:" + "0f" * 32 + " -----BEGIN CERTIFICATE----- MIIDBTCCAe2gAwIBAgII"
    assert redact(public) == public


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_history_finds_events_by_kind_and_fields() -> None:
    text = line(0, "fact", ',"fact":"a","moment":"before"') + line(1, "fact", ',"fact":"a","moment":"after"')
    history = parse_journal(text)
    first, last = history.first(Kind.FACT, fact="a"), history.last(Kind.FACT, fact="a")
    assert first is not None
    assert last is not None
    assert (first.seq, last.seq) == (0, 1)
    assert history.first(Kind.FACT, fact="b") is None
