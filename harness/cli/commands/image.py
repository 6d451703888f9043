"""`kubedrill image`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from harness.cli.commands.options import AsJson
from harness.cli.console import answers, print_json
from harness.cli.run.building import show_building
from harness.errors import LabError
from harness.images.catalog import DEFAULT, SUPPORTED, resolve_version
from harness.images.image import NodeImage, ensure_image, image_digest, images_folder
from harness.images.lock import exclusive
from harness.images.progress import PlainLines
from harness.images.sources import choose

Version = Annotated[str | None, typer.Argument(help="A version of Kubernetes, such as v1.34.")]


def make_image_app() -> typer.Typer:
    """The command `image` with its own commands."""
    image = typer.Typer(help="Build, list and prune node images.", no_args_is_help=True)
    for name, command in (("build", build), ("list", list_images), ("prune", prune)):
        image.command(name)(command)
    return image


def build(
    version: Version = None,
    source: Annotated[str, typer.Option(help="auto, release, modules or directory.", metavar="NAME")] = "auto",
) -> None:
    """Have the node image of a version: from the cache, or built now."""
    wanted = resolve_version(version or DEFAULT)
    console = answers()
    with show_building(console) as progress:
        built = ensure_image(wanted.kubernetes, source, progress)
    console.print(f"The node image of Kubernetes {built.kubernetes} is at {built.path}", markup=False, soft_wrap=True)


def list_images(as_json: AsJson = False) -> None:
    """Show the node images in the cache."""
    images, spoilt = images_in_cache()
    if as_json:
        print_json([{"kubernetes": one.kubernetes, "digest": one.digest, "path": str(one.path)} for one in images])
        return
    console = answers()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("Kubernetes", "digest", "source", "takes", "built"):
        table.add_column(title, no_wrap=True)
    for one in images:
        table.add_row(one.kubernetes, one.digest[:12], one.source, f"{one.used_mib} MiB", f"{one.built:%Y-%m-%d %H:%M}")
    console.print(table if images else "There are no node images yet; `kubedrill image build` makes one.")
    for folder in spoilt:
        console.print(f"Spoilt: {folder}; `kubedrill image prune` removes it.", markup=False, soft_wrap=True)


def prune(
    everything: Annotated[bool, typer.Option("--all", help="Those in use by this version too.")] = False,
) -> None:
    """Remove node images that this version of Kubedrill no longer uses."""
    current = set() if everything else {image_digest(resolve_version(one), choose("auto")) for one in SUPPORTED}
    console = answers()
    images, spoilt = images_in_cache()
    with exclusive("builder", "prunes the node images", PlainLines(console.print)):
        for folder in [*(one.path.parent for one in images if one.digest not in current), *spoilt]:
            shutil.rmtree(folder)
            console.print(f"Removed {folder}", markup=False, soft_wrap=True)


def images_in_cache() -> tuple[tuple[NodeImage, ...], tuple[Path, ...]]:
    """The images that can be used, and the folders of those that cannot."""
    images, spoilt = [], []
    for folder in sorted(images_folder().glob("*/")):
        try:
            images.append(NodeImage.read(folder))
        except LabError:
            spoilt.append(folder)
    return tuple(images), tuple(spoilt)
