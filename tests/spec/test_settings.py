from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import SpecError, explain
from harness.spec.settings import Settings, load_settings


def test_without_any_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


def test_a_project_may_say_it_in_its_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.kubedrill]\nkeep = "on-failure"\n[tool.kubedrill.disks]\netcd_mib = 512\n'
    )
    settings = load_settings(tmp_path)
    assert (settings.keep, settings.disks.etcd_mib, settings.disks.volumes_mib) == ("on-failure", 512, 1024)


def test_its_own_file_goes_first(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.kubedrill]\nworkers = 2\n")
    (tmp_path / "kubedrill.toml").write_text("workers = 3\n")
    assert load_settings(tmp_path).workers == 3


def test_other_tables_of_a_pyproject_are_nobodys_business(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('tool.other = 1\n[project]\nname = "x"\n')
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('provdier = "x"', "has the unknown key 'provdier'\nDid you mean 'provider'?"),
        ("[disks]\netdc_mib = 1", "has the unknown key 'disks.etdc_mib'\nDid you mean 'etcd_mib'?"),
        ("[machines]\nmemory_mib = 4096", "has the unknown key 'machines'"),
        ("keep_hours = 0", "the key 'keep_hours' is 0, which cannot be used"),
        ("[zzz]\na = 1", "has the unknown key 'zzz'\nKnown there: disks, history, keep,"),
        ('provider = "cloud"', "the key 'provider' is 'cloud', which cannot be used: input should be 'auto', "),
        ("[disks]\nvolumes_mib = -1", "the key 'disks.volumes_mib' is -1, which cannot be used"),
        ('workers = "2"', "the key 'workers' is '2', which cannot be used"),
        ("disks = 3", "the key 'disks' is 3, which cannot be used: it must be a table"),
        ('[policy]\norganization = "x"', "unknown key 'policy.organization'\nDid you mean 'organisation'?"),
        ("[policy.drills.a]\nevery_day = 7", "unknown key 'policy.drills.a.every_day'\nDid you mean 'every_days'?"),
        ("[policy.drills.a]\nrto_seconds = 9", "lacks the key 'policy.drills.a.every_days'"),
        ('[policy.drills."OS disk"]\nevery_days = 1', "the key 'policy.drills.OS disk' is 'OS disk', which cannot"),
        ("[policy.drills.a]\nevery_days = 0", "the key 'policy.drills.a.every_days' is 0, which cannot be used"),
        ('[policy.drills.a]\nevery_days = 1\nrto_seconds = "5m"', "'policy.drills.a.rto_seconds' is '5m'"),
        ('[policy]\nleast_fidelity = "rehearsal"', "input should be 'container', 'vm-emulated' or 'vm-kvm'"),
        ('[[policy.exclusions]]\nwhat = "x"', "lacks the key 'policy.exclusions.0.why'"),
        ('[policy]\nsystems = "x"', "the key 'policy.systems' is 'x', which cannot be used"),
        ('[policy]\nowner = ""', "the key 'policy.owner' is ''"),
        ('[policy]\nowner = "a\\nb"', "the key 'policy.owner' is"),
        ('[policy]\ndrills = ["a"]', "'policy.drills' is ['a'], which cannot be used: it must be a table"),
        ("[pods]\nimages = []", "lacks the key 'pods.manifest'"),
        ("a = = 1", "is not valid TOML: Invalid value (at line 1"),
    ],
)
def test_a_mistake_is_told_by_file_key_and_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "kubedrill.toml").write_text(text)
    with pytest.raises(SpecError) as wrong:
        load_settings(tmp_path)
    told = explain(wrong.value)
    assert str(tmp_path / "kubedrill.toml") in told
    assert said in told


def test_a_mistake_in_a_pyproject_is_told_with_its_whole_key(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.kubedrill.disks]\nsize = 1\n")
    with pytest.raises(SpecError, match=r"the unknown key 'tool\.kubedrill\.disks\.size'"):
        load_settings(tmp_path)


def test_a_file_that_is_no_text_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "kubedrill.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match="is not valid TOML"):
        load_settings(tmp_path)
