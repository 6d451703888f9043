"""The questions that are asked at each moment of a drill; judging them is somebody else's business."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import yaml

from harness.clock import Deadline, NotYet
from harness.cluster import canary, customisation
from harness.cluster.cluster import Cluster
from harness.cluster.fingerprint import Fingerprint
from harness.cluster.readiness import is_ready
from harness.drill.of_machines import of_machines
from harness.drill.sealing import Sealing
from harness.drill.tokens import bearer_kubeconfig
from harness.drill.trials import Trials
from harness.facts import WITNESS, Fact, Moment
from harness.facts.config import KUBELET_SETTINGS
from harness.facts.etcd import ETCD_HASH_CLUSTER, ETCD_STATUS_CLUSTER
from harness.facts.join import JOIN_COMMAND
from harness.facts.life import (
    ADMISSION,
    API_WRITE,
    OLD_TOKEN,
    RESOLVE,
    ROLLOUT,
    SCHEDULING,
    SECOND_SCHEDULER,
    SERVICE,
)
from harness.facts.objects import LATE_OBJECT
from harness.facts.sandbox import POD_SANDBOXES
from harness.facts.untouched import CONTROL_PLANE_FILES
from harness.facts.witness import API_LEDGER, VOLUME_BYTES, VOLUME_LEDGER
from harness.lab import Node, Witness
from harness.lab.turns import side_by_side
from harness.providers.seam import ApiError
from harness.spec import Role
from harness.strict_json import json_value

#: An emulated machine has processors to spare while one of its programs starts.
_AT_ONCE = 3
_LATE = {"name": "written-after-the-backup", "namespace": canary.NAMESPACE}


class Examination:
    """Asks machines, cluster and witness, and puts every answer on record."""

    def __init__(self, cluster: Cluster, witness: Witness, leaves_out: Callable[[str, str], bool]) -> None:
        self._cluster = cluster
        self._witness = witness
        self._leaves_out = leaves_out
        self._fingerprint = Fingerprint(cluster)
        self.trials = Trials(cluster)
        self._sealing = Sealing(cluster, self._note)
        self._old_token = ""

    def before(self) -> None:
        """All that will be compared later."""
        moment = Moment.BEFORE
        self.machines(moment)
        self.ask(self._cluster.master, JOIN_COMMAND, moment)
        self._issue_token()
        self._cluster_state(moment)
        self._note(VOLUME_BYTES, moment, self._bytes_on_volume)
        self._ask_for_custom(moment)

    def write_late_object(self) -> None:
        """Something that no backup can hold, because it is written after it."""
        manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _LATE, "data": {"written": "after the backup"}}
        self._note(LATE_OBJECT, Moment.BEFORE, lambda: {"uid": self._cluster.api.apply(manifest)["metadata"]["uid"]})

    def _late_object(self) -> dict[str, str]:
        return {"uid": self._cluster.api.get("ConfigMap", _LATE["name"], _LATE["namespace"])["metadata"]["uid"]}

    def recovered(self) -> None:
        """The state of everything after the recovery, and signs of life."""
        moment = Moment.RECOVERED
        self._signs_of_life(moment)
        self.machines(moment)
        self.ask(self._cluster.master, JOIN_COMMAND, moment)
        self._cluster_state(moment)
        self._ask_for_custom(moment)
        self._note(LATE_OBJECT, moment, self._late_object)
        self._note(OLD_TOKEN, moment, self._ask_with_old_token)
        self._note(VOLUME_BYTES, moment, self._bytes_on_volume)
        self._note(API_LEDGER, moment, self._witness.numbers_in_api)
        self._note(VOLUME_LEDGER, moment, self._witness.numbers_on_volume)

    def rebooted(self) -> None:
        """What must still hold after one more reboot."""
        moment = Moment.REBOOTED
        self.machines(moment)
        self._fingerprint_only(moment, self._fingerprint.objects, self._fingerprint.nodes, self._fingerprint.pods)

    def machines(self, moment: str) -> None:
        """Disks, boots, keys and etcd of the control planes and of what etcd runs on; pods on every member."""
        homes = self._cluster.etcd_nodes
        questions = of_machines(self._cluster)
        with side_by_side(self._cluster.journal.clock, _AT_ONCE) as threads:
            asked = [threads.submit(self.ask, node, fact, moment) for node, fact in questions]
            asked += [threads.submit(self._hashes, node, moment, len(homes)) for node in homes]
            for one in asked:
                one.result()

    def _hashes(self, node: Node, moment: str, members: int) -> None:
        """Hashes of several members can be compared only up to a revision that each of them has reached."""
        argv: tuple[str, ...] = ETCD_HASH_CLUSTER.argv
        if members > 1:
            with contextlib.suppress(ValueError):
                states = ETCD_STATUS_CLUSTER.parse(node.machine.channel.run(ETCD_STATUS_CLUSTER.argv))
                argv = (*argv, f"--rev={min(one.status.header.revision for one in states)}")
        self.ask(node, ETCD_HASH_CLUSTER, moment, argv)

    def ask(
        self,
        node: Node,
        fact: Fact[object],
        moment: str,
        argv: Iterable[str] = (),
        patience: timedelta | None = None,
    ) -> None:
        """Put one answer of a machine on record, unless the question is left out."""
        if not self._leaves_out(fact.name, moment):
            node.observe(fact.name, tuple(argv) or fact.argv, moment, timeout=patience)

    def ask_unasked(self, node: Node, fact: Fact[object], moment: str) -> None:
        """Ask a machine what it was not asked yet at this moment."""
        if not node.was_asked(fact.name, moment):
            self.ask(node, fact, moment)

    def untouched(self, node: Node, moment: str) -> None:
        """What would be another if somebody had begun to restore."""
        for fact in (CONTROL_PLANE_FILES, POD_SANDBOXES):
            self.ask(node, fact, moment)

    def pods(self, moment: str) -> None:
        """All pods, as the API tells of them."""
        self._fingerprint_only(moment, self._fingerprint.pods)

    def spare_node(self, moment: str = Moment.RECOVERED) -> None:
        """The Node that the spare machine became."""
        self._fingerprint_only(moment, self._fingerprint.spare_node)

    def note_write(self, moment: str, *, taken: bool) -> None:
        """Whether a write was taken in the end."""
        self._note(API_WRITE, moment, lambda: {"ok": taken, "saw": "" if taken else "no write was taken"})

    def note_answer(self, fact: Fact[object], moment: str, answer: Callable[[], Any]) -> None:
        """Put an answer of the cluster or of the witness on record, unless the question is left out."""
        self._note(fact, moment, answer)

    def _note(self, fact: Fact[object], moment: str, answer: Callable[[], Any]) -> None:
        if not self._leaves_out(fact.name, moment):
            subject = WITNESS if fact in (VOLUME_BYTES, API_LEDGER, VOLUME_LEDGER) else "cluster"
            self._fingerprint.note(fact, moment, answer, subject=subject)

    def _fingerprint_only(self, moment: str, *questions: Callable[[str], None]) -> None:
        for question in questions:
            question(moment)

    def _cluster_state(self, moment: str) -> None:
        print_ = self._fingerprint
        self._fingerprint_only(moment, print_.objects, print_.nodes, print_.pods, print_.configuration)
        for node in self._cluster.of_role(Role.CONTROL_PLANE):
            argv = [word.replace("NODE", node.spec.called) for word in KUBELET_SETTINGS.argv]
            self.ask(node, KUBELET_SETTINGS, moment, argv)

    def _ask_for_custom(self, moment: str) -> None:
        """What a control plane does only where it is more than kubeadm makes it."""
        self._sealing.ask(moment)
        if self._cluster.spec.customised:
            self._note(SECOND_SCHEDULER, moment, lambda: self._schedule_by_second(f"second-{moment}"))
            self._note(ADMISSION, moment, self._hand_in_privileged)

    def _schedule_by_second(self, name: str) -> dict[str, Any]:
        api, image = self._cluster.api, self._cluster.images.canary
        api.apply(canary.newcomer(image, name, schedulerName=customisation.SCHEDULER))
        what = f"a pod to be scheduled by '{customisation.SCHEDULER}' and to end well"
        tried = self.trials.of(what, lambda: self.trials.ended_well(name))
        api.delete("Pod", name, canary.NAMESPACE)
        return tried

    def _hand_in_privileged(self) -> dict[str, str]:
        pod = self._cluster.api.apply(canary.privileged(self._cluster.images.canary))
        self._cluster.api.delete("Pod", pod["metadata"]["name"], canary.NAMESPACE)
        return {"admitted": pod["metadata"]["uid"]}

    def _signs_of_life(self, moment: str) -> None:
        api = self._cluster.api
        # All of it comes about at the same time: who waited for the first in vain need not wait as long for the others.
        until = Deadline.after(self.trials.budget, self._cluster.journal.clock)

        def write() -> dict[str, Any]:
            new = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "new", "namespace": canary.NAMESPACE}}
            written = api.apply({**new, "data": {"written": "after the recovery"}})
            read = api.get("ConfigMap", "new", canary.NAMESPACE)
            return {
                "ok": read["data"] == written["data"],
                "saw": f"resource version {read['metadata']['resourceVersion']}",
            }

        self._note(API_WRITE, moment, write)
        self._note(ROLLOUT, moment, lambda: self.trials.rollout(until))
        self._note(SCHEDULING, moment, lambda: self.trials.scheduling(until))
        self._note(SERVICE, moment, lambda: {"ok": True, "saw": self._witness.ask_app("GET", "/").strip()})
        self._ask_dns(moment, until)

    def _ask_dns(self, moment: str, until: Deadline) -> None:
        pod = ("kubectl", "exec", "--namespace", canary.NAMESPACE, "deployment/ledger", "--")
        argv, master = (*pod, *RESOLVE.argv), self._cluster.master

        def answers() -> bool | NotYet:
            output = master.machine.channel.run(argv, timeout=self.trials.budget)
            return True if output.status == 0 else NotYet(output.stderr.strip() or "no address")

        # Where no workload had to come back nothing has waited yet for the new addresses of the DNS pods to be known.
        self.trials.of("DNS to answer", answers, until)
        self.ask(master, RESOLVE, moment, argv)

    def _issue_token(self) -> None:
        # Straight through the channel: a token has no business in the journal.
        argv = ("kubectl", "create", "token", "default", "--namespace", canary.NAMESPACE, "--duration=1h")
        self._old_token = self._cluster.master.machine.channel.run(argv).stdout.strip()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the examination knows and nobody may find in a report."""
        return (self._old_token,) if self._old_token else ()

    def _ask_with_old_token(self) -> int:
        kubeconfig = bearer_kubeconfig(yaml.safe_load(self._cluster.kubeconfig), self._old_token)
        try:
            self._cluster.lab.network.api(kubeconfig).get("ConfigMap", "new", canary.NAMESPACE)
        except ApiError as error:
            if error.status == 0:
                raise
            return error.status
        return 200

    def _bytes_on_volume(self) -> dict[str, str]:
        digests: dict[str, str] = json_value(self._witness.ask_app("GET", "/blob"))
        # The ledger grows all the time; it is compared number by number instead.
        return {name: digest for name, digest in digests.items() if name != "ledger"}

    def is_spare_ready(self) -> bool | NotYet:
        """Whether the spare machine is a Ready Node."""
        node = self._cluster.api.get("Node", self._cluster.spare.name)
        return True if is_ready(node) else NotYet("its Node is not Ready")
