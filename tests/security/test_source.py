"""No way of running what somebody else wrote is in the source, and none can come in unnoticed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HARNESS = Path(__file__).parents[2] / "harness"
FILES = sorted(HARNESS.rglob("*.py"))
#: Modules that make objects or programs of text, and those that start programs or send over the network.
NEVER = {
    *("pickle", "marshal", "shelve", "dill", "cloudpickle", "jinja2", "paramiko", "telnetlib", "xml.sax", "lxml"),
    *("xml.dom.minidom", "xml.dom.pulldom", "pty", "commands", "code", "codeop", "runpy"),
}
#: The one door for each; whoever needs it goes through it.
DOORS = {
    "subprocess.Popen": {"shell/process.py"},
    "subprocess.run": {"shell/process.py"},
    "xml.etree.ElementTree.fromstring": {"strict_xml.py"},
    # What the writer has made itself, and what the rehearsal has.
    "json.loads": {"strict_json.py", "journal/writer.py"},
    "os.execvp": {"shell/process.py"},
    "tarfile.open": {"backup/strict_tar.py", "backup/bundle.py", "images/containers.py", "images/oci.py"},
}
CALLS = {"eval", "exec", "compile", "__import__", "execfile", "input"}
#: Of rooms that work on machines alone, none may start a program of the host.
ON_MACHINES_ALONE = (
    "faults",
    "recoveries",
    "sabotage",
    "drill",
    "cluster",
    "backup",
    "lab",
    "facts",
    "verdict",
    "report",
)

#: It asks git which commit it is of, and does nothing.
ASKS_THE_HOST = ("drill/commit.py",)


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each module or name that is imported, by the name that it has here."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((one.name, one.asname or one.name) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{one.name}", one.asname or one.name) for one in node.names)


def full_names(tree: ast.AST) -> Iterator[str]:
    """What is called, by its full name as far as imports tell."""
    known = {here: name for name, here in imported(tree)}
    for call in calls(tree):
        name = ast.unparse(call.func)
        first, dot, rest = name.partition(".")
        yield f"{known.get(first, first)}{dot}{rest}"


def wrong_in(source: str, file: str) -> list[str]:
    """What no source of the harness may hold."""
    tree = ast.parse(source)
    found = [
        f"it imports {name}" for name, _ in imported(tree) if any(f"{name}.".startswith(f"{one}.") for one in NEVER)
    ]
    for call in calls(tree):
        name = ast.unparse(call.func)
        found += [f"it calls {name}"] if name in CALLS or name in ("os.system", "os.popen", "builtins.eval") else []
        shell = next((word for word in call.keywords if word.arg == "shell"), None)
        found += ["it gives a shell a string"] if shell is not None and ast.unparse(shell.value) != "False" else []
        if name.endswith(("yaml.load", "yaml.load_all", "full_load", "unsafe_load")):
            loader = next((ast.unparse(word.value) for word in call.keywords if word.arg == "Loader"), "")
            found += [] if loader == "SafeLoader" else ["it loads YAML that makes objects"]
        found += (
            ["it extracts an archive by itself"] if name.endswith((".extractall", ".extract", "unpack_archive")) else []
        )
    for name in full_names(tree):
        if name in DOORS and file not in DOORS[name] and not file.startswith("providers/rehearsal/"):
            found.append(f"it calls {name}, which is behind a door")
    room = file.partition("/")[0]
    shells = [name for name, _ in imported(tree) if f"{name}.".startswith(("harness.shell.", "subprocess."))]
    found += [
        f"'{room}' works on machines alone, and imports {one}"
        for one in shells
        if room in ON_MACHINES_ALONE and file not in ASKS_THE_HOST
    ]
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(HARNESS)))
def test_no_source_runs_what_somebody_else_wrote(file: Path) -> None:
    assert not wrong_in(file.read_text(), str(file.relative_to(HARNESS)))


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from xml.dom import minidom",
        "eval('1')",
        "import os\nos.system('x')",
        "import subprocess\nsubprocess.run('x', shell=True)",
        "from subprocess import run as r\nr(['x'])",
        "import yaml\nyaml.load('x')",
        "import yaml\nyaml.load('x', Loader=yaml.Loader)",
        "import yaml\nyaml.unsafe_load('x')",
        "import json\njson.loads('x')",
        "from xml.etree.ElementTree import fromstring\nfromstring('x')",
        "import tarfile\ntarfile.open('x').extractall('y')",
        "from harness.shell import run",
    ],
)
def test_what_would_is_noticed(source: str) -> None:
    assert wrong_in(source, "recoveries/new.py")
