"""`kubedrill lab`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Source, settings
from harness.cli.console import answers
from harness.cli.run.building import show_building
from harness.cluster.by_hand import steps
from harness.cluster.kubeadm import HostTraits
from harness.errors import SpecError, hinted
from harness.images.catalog import DEFAULT, resolve_version
from harness.images.image import ensure_image
from harness.providers.libvirt.acceleration import proven_acceleration
from harness.providers.libvirt.tuning import tuning
from harness.providers.vagrant.box import ensure_box
from harness.providers.vagrant.home import vagrant_home
from harness.providers.vagrant.plan import Plan
from harness.spec import Role, parse_shape

#: What the names of machines made by hand begin with; no run has such a name, so no reap looks at them.
_NAME = "kubedrill"
_POOL = "default"


def lab(
    shape: Annotated[str, typer.Argument(help="Control planes and workers, such as 1, 1+1 or 3+1.")],
    provider: Annotated[str, typer.Option(help="vagrant.", metavar="NAME")] = "vagrant",
    kubernetes: Annotated[str | None, typer.Option(help="A version of Kubernetes, such as v1.34.")] = None,
    source: Source = None,
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="Where to write the lab.")] = Path(
        "lab.json"
    ),
) -> None:
    """Write down a lab for `vagrant up`, with all its numbers, and have its box."""
    if provider != "vagrant":
        raise hinted(SpecError(f"A lab by hand is Vagrant's, not that of '{provider}'"), "Use --provider vagrant.")
    spec, chosen, console = parse_shape(shape), settings(), answers()
    if spec.of_role(Role.ETCD):
        raise SpecError(f"A lab by hand has its etcd beside each API server: '{shape}' is for drills")
    acceleration = proven_acceleration()
    traits = HostTraits(cgroup_v1=False, shared_kernel=False, emulated=not acceleration.kvm)
    wanted = resolve_version(kubernetes or chosen.kubernetes or DEFAULT)
    home = vagrant_home()
    with show_building(console) as progress:
        image = ensure_image(wanted.kubernetes, source or chosen.source, progress)
        box = ensure_box(image, {**home.authorized, **tuning(acceleration)}, progress)
    plan = Plan(
        spec=spec,
        box=box,
        private_key=home.private_key,
        acceleration=acceleration,
        name=_NAME,
        pool=_POOL,
        description="Kubedrill's machines by hand",
        cluster={node.name: steps(spec, node, image.kubernetes, traits) for node in spec.nodes},
    )
    output.write_text(json.dumps(plan.document(), indent=2) + "\n")
    told = f"The lab '{shape}' is in '{output}'; where the project's Vagrantfile is: `KUBEDRILL_LAB={output.absolute()}"
    console.print(f"{told} vagrant up`, then `vagrant ssh` and `vagrant destroy`.", markup=False, soft_wrap=True)
    console.print("With INITIALIZE_MASTERS=N there are only machines, and no cluster.", markup=False, soft_wrap=True)
