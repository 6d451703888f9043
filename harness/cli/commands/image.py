"""`kubedrill image`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from harness.cli.commands.options import AsJson, Source, settings
from harness.cli.console import answers, print_json
from harness.cli.exit_status import ExitStatus
from harness.cli.run.building import show_building
from harness.images.catalog import DEFAULT, resolve_version
from harness.images.collection import CachedImage, list_images
from harness.images.collection import prune as prune_cache
from harness.images.image import ensure_image
from harness.providers.libvirt.acceleration import proven_acceleration
from harness.providers.libvirt.tuning import tuning
from harness.providers.vagrant.box import ensure_box
from harness.providers.vagrant.home import vagrant_home

Version = Annotated[str | None, typer.Argument(help="A version of Kubernetes, such as v1.34.")]


def make_image_app() -> typer.Typer:
    """The command `image` with its own commands."""
    image = typer.Typer(help="Build, list and prune node images.", no_args_is_help=True)
    for name, command in (("build", build), ("box", box), ("list", show), ("prune", prune)):
        image.command(name)(command)
    return image


def build(
    version: Version = None,
    source: Source = None,
) -> None:
    """Have the node image of a version: from the cache, or built now."""
    chosen = settings()
    wanted = resolve_version(version or chosen.kubernetes or DEFAULT)
    console = answers()
    with show_building(console) as progress:
        built = ensure_image(wanted.kubernetes, source or chosen.source, progress)
    console.print(f"The node image of Kubernetes {built.kubernetes} is at {built.path}", markup=False, soft_wrap=True)


def box(
    version: Version = None,
    source: Source = None,
) -> None:
    """Have the Vagrant box of a version: from the cache, or made now of its node image."""
    chosen = settings()
    wanted = resolve_version(version or chosen.kubernetes or DEFAULT)
    console = answers()
    with show_building(console) as progress:
        image = ensure_image(wanted.kubernetes, source or chosen.source, progress)
        made = ensure_box(image, {**vagrant_home().authorized, **tuning(proven_acceleration())}, progress)
    console.print(f"The box '{made.name}' is at {made.archive}", markup=False, soft_wrap=True)


def show(
    verify: Annotated[bool, typer.Option("--verify", help="Read every disk and compare its checksum.")] = False,
    as_json: AsJson = False,
) -> int:
    """Show the node images in the cache."""
    found = list_images(verify=verify)
    if as_json:
        print_json([_document(one) for one in found])
    elif found:
        _print(found, answers())
    else:
        answers().print("There are no node images yet; `kubedrill image build` makes one.")
    return ExitStatus.CANNOT_TELL if any(one.problem for one in found) else ExitStatus.PASSED


def prune(
    everything: Annotated[bool, typer.Option("--all", help="All images, parts of builds and the store too.")] = False,
) -> None:
    """Remove what this version of Kubedrill no longer uses."""
    console = answers()
    with show_building(console) as progress:
        pruned = prune_cache(everything=everything, progress=progress)
    lines = [f"Removed {path}" for path in pruned.removed]
    lines.append(f"{pruned.freed_mib} MiB were freed.")
    if pruned.store_in_use:
        lines.append("The store stays, because a lab uses it.")
    console.print("\n".join(lines), markup=False, soft_wrap=True)


def _print(found: tuple[CachedImage, ...], console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("Kubernetes", "digest", "source", "takes", "built", ""):
        table.add_column(title, no_wrap=True)
    for one in found:
        image = one.image
        if image is not None:
            built = f"{image.built:%Y-%m-%d %H:%M}"
            state = "current" if one.current else "no longer used"
            table.add_row(image.kubernetes, image.digest[:12], image.source, f"{image.used_mib} MiB", built, state)
    console.print(table)
    for one in found:
        if one.problem:
            console.print(f"{one.problem}; `kubedrill image prune` removes it.", markup=False, soft_wrap=True)


def _document(one: CachedImage) -> dict[str, object]:
    image = one.image
    return {
        "folder": str(one.folder),
        "kubernetes": image.kubernetes if image else None,
        "source": image.source if image else None,
        "used_mib": image.used_mib if image else None,
        "built": image.built.isoformat() if image else None,
        "current": one.current,
        "problem": one.problem,
    }
