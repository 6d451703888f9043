"""kubeadm init, join and token create on a simulated machine, in kubeadm's own words where it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from harness.errors import LabError
from harness.facts.fact import Output
from harness.providers.rehearsal import handover, static_pods
from harness.providers.rehearsal.certificates import Certificates, KubeadmError
from harness.providers.rehearsal.control_plane import MANIFESTS
from harness.providers.rehearsal.documents import dump_yaml, load_yamls
from harness.providers.rehearsal.join import Discovery, Invitation, join
from harness.providers.rehearsal.kubelet import CONFIG
from harness.providers.rehearsal.pki import YEAR

if TYPE_CHECKING:
    from harness.providers.rehearsal.machine import SimulatedMachine

_TRACE = "To see the stack trace of this error execute with --v=5 or higher\n"
_PATIENCE_SECONDS = 240.0
_DAY = timedelta(days=1)
_FLAGS = ("--config", "--ignore-preflight-errors", "--token", "--discovery-token-ca-cert-hash", "--ttl")
_SWITCHES = ("--skip-token-print", "--print-join-command", "--upload-certs", "--skip-certificate-key-print")


class Kubeadm:
    """kubeadm on one machine."""

    def __init__(self, machine: SimulatedMachine) -> None:
        self._machine = machine
        self._world = machine.world

    def run(self, argv: Sequence[str]) -> Output:
        """One command."""
        words, flags = _parse(argv)
        try:
            if words == ["init"]:
                return self._init(flags, upload="--upload-certs" in argv)
            if words == ["init", "phase", "upload-certs"]:
                return self._upload(self._documents(flags["--config"])["InitConfiguration"])
            if words[:2] == ["init", "phase"]:
                return self._phase(words[2:], flags)
            if words[:1] == ["certs"]:
                return self._certs(words[1:], flags)
            if words[:1] == ["join"]:
                return self._join(words[1:], flags)
            if words == ["token", "create"]:
                return self._token_create(flags)
        except KubeadmError as refused:
            stdout = "[preflight] Running pre-flight checks\n"
            return Output(status=1, stdout=stdout, stderr=f"error: {refused}\n{_TRACE}")
        raise LabError(f"The rehearsal knows no 'kubeadm {' '.join(words)}'")

    def _init(self, flags: dict[str, str], *, upload: bool) -> Output:
        documents = self._documents(flags.get("--config"))
        registration = documents.get("InitConfiguration", {}).get("nodeRegistration", {})
        ignored = [
            *flags.get("--ignore-preflight-errors", "").split(","),
            *registration.get("ignorePreflightErrors", []),
        ]
        certificates = Certificates(self._machine)
        # kubeadm looks at the CA before it begins with its checks.
        certificates.refuse_incomplete_external_ca()
        self._preflight(ignored)
        cluster = handover.cluster_configuration(self._world, documents.get("ClusterConfiguration", {}))
        endpoint = cluster.get("controlPlaneEndpoint") or f"{self._machine.spec.ip}:6443"
        certificates.complete(_lasting(cluster), etcd_is_elsewhere="external" in cluster["etcd"])
        certificates.introduce(f"https://{endpoint}", _lasting(cluster))
        patches = documents.get("InitConfiguration", {}).get("patches", {}).get("directory")
        static_pods.write(self._machine, cluster, patches)
        self._machine.write(CONFIG, dump_yaml(handover.kubelet_configuration(documents)))
        self._machine.units.systemctl(["restart", "kubelet.service"])
        plane = self._machine.control_plane
        self._wait("wait-control-plane", "the control plane", lambda: plane.has_settled)
        certificates.refuse_strange_api()
        assert plane.store is not None
        store = plane.store
        given = documents.get("InitConfiguration", {}).get("bootstrapTokens")
        tokens = given or [{"token": handover.new_token(self._world)}]
        handover.configuration(store, cluster, documents)
        if upload:
            self._upload(documents["InitConfiguration"])
        handover.bootstrap(store, endpoint, plane.ca, tokens[0]["token"], self._world.clock.now() + _DAY)
        self._wait("upload-config", "the Node", lambda: store.etcd.find("Node", self._machine.spec.called) is not None)
        handover.mark_control_plane(store, self._machine.spec.called)
        handover.add_ons(store, documents.get("KubeProxyConfiguration", {}), endpoint)
        pinned = Discovery(endpoint, plane.ca).join_hash
        done = "Your Kubernetes control-plane has initialized successfully!\n\n"
        command = f"kubeadm join {endpoint} --token <value withheld> \\\n\t--discovery-token-ca-cert-hash {pinned} \n"
        return Output(status=0, stdout=done + command)

    def _upload(self, init: dict[str, Any]) -> Output:
        plane = self._machine.control_plane
        if not plane.is_serving or plane.store is None:
            raise KubeadmError("error execution phase upload-certs: the API does not answer")
        shared = Certificates(self._machine).shared()
        handover.upload_certificates(self._world, plane.store, shared, init["certificateKey"])
        return Output(status=0, stdout='[upload-certs] Storing the certificates in Secret "kubeadm-certs"\n')

    def _phase(self, words: list[str], flags: dict[str, str]) -> Output:
        cluster = self._documents(flags.get("--config")).get("ClusterConfiguration", {})
        certificates = Certificates(self._machine)
        certificates.refuse_incomplete_external_ca()
        match words:
            case ["certs", "all"]:
                kept = certificates.reused()
                certificates.complete(_lasting(cluster))
                lines = (f"[certs] Using existing {name} certificate and key on disk\n" for name in kept)
                return Output(status=0, stdout="".join(lines))
            case ["certs", name]:
                certificates.make(name.replace("etcd-", "etcd/") if name.startswith("etcd-") else name)
            case ["kubeconfig", "all"]:
                certificates.introduce(f"https://{cluster['controlPlaneEndpoint']}", _lasting(cluster))
            case _:
                raise LabError(f"The rehearsal knows no 'kubeadm init phase {' '.join(words)}'")
        return Output(status=0, stdout=f"[{words[0]}] Using kubeadm's configuration\n")

    def _certs(self, words: list[str], flags: dict[str, str]) -> Output:
        cluster = self._documents(flags.get("--config")).get("ClusterConfiguration", {})
        match words:
            case ["renew", "all"]:
                Certificates(self._machine).renew(_lasting(cluster))
                return Output(status=0, stdout="Done renewing certificates.\n")
            case ["check-expiration"]:
                return Output(status=0, stdout="CERTIFICATE  EXPIRES  RESIDUAL TIME\n")
        raise LabError(f"The rehearsal knows no 'kubeadm certs {' '.join(words)}'")

    def _join(self, words: list[str], flags: dict[str, str]) -> Output:
        document = self._documents(flags.get("--config")).get("JoinConfiguration", {})
        found = document.get("discovery", {}).get("bootstrapToken", {})
        endpoint = found.get("apiServerEndpoint") or words[0]
        token = found.get("token") or flags["--token"]
        pinned = found.get("caCertHashes") or [flags["--discovery-token-ca-cert-hash"]]
        key = document.get("controlPlane", {}).get("certificateKey", "")
        join(self._machine, Invitation(endpoint, token, pinned, key), self._wait)
        return Output(status=0, stdout="This node has joined the cluster:\n")

    def _token_create(self, flags: dict[str, str]) -> Output:
        plane = self._machine.control_plane
        if not plane.is_serving or plane.store is None:
            raise KubeadmError("failed to load admin kubeconfig, or the API does not answer")
        endpoint = handover.published_endpoint(plane.store)
        token = handover.new_token(self._world)
        lasting = timedelta(seconds=int(flags["--ttl"].removesuffix("s"))) if "--ttl" in flags else _DAY
        handover.add_token(plane.store, token, self._world.clock.now() + lasting)
        if "--print-join-command" not in flags:
            return Output(status=0, stdout=f"{token}\n")
        pinned = Discovery(endpoint, plane.ca).join_hash
        command = f"kubeadm join {endpoint} --token {token} --discovery-token-ca-cert-hash {pinned} \n"
        return Output(status=0, stdout=command)

    def _preflight(self, ignored: list[str]) -> None:
        errors = []
        if self._machine.file(f"{MANIFESTS}/kube-apiserver.yaml") is not None:
            path = f"{MANIFESTS}/kube-apiserver.yaml"
            errors.append(f"[ERROR FileAvailable--{path.replace('/', '-').lstrip('-')}]: {path} already exists")
        disk, folder = self._machine.place("/var/lib/etcd")
        # A file system of its own has lost+found in it.
        if "DirAvailable--var-lib-etcd" not in ignored and (folder == "/" or folder in disk.databases):
            errors.append("[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty")
        if errors:
            listed = "".join(f"\t{error}\n" for error in errors)
            raise KubeadmError(f"error execution phase preflight: preflight checks failed:\n{listed}")

    def _documents(self, path: str | None) -> dict[str, dict[str, Any]]:
        if path is None:
            return {}
        content = self._machine.read(path)
        if content is None:
            raise KubeadmError(f'unable to read config from "{path}": open {path}: no such file or directory')
        return {document["kind"]: document for document in load_yamls(content)}

    def _wait(self, phase: str, what: str, check: Callable[[], bool]) -> None:
        clock = self._world.clock
        until = clock.monotonic() + _PATIENCE_SECONDS
        while not check():
            if clock.monotonic() > until:
                raise KubeadmError(f"error execution phase {phase}: failed while waiting for {what} to start")
            clock.pause(0.2)


def _lasting(cluster: Mapping[str, Any]) -> timedelta:
    given = cluster.get("certificateValidityPeriod")
    return timedelta(seconds=int(given.removesuffix("s"))) if given else YEAR


def _parse(argv: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    words: list[str] = []
    flags: dict[str, str] = {}
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if name in _FLAGS:
            flags[name] = value if equals else rest.pop(0)
        elif word in _SWITCHES:
            flags[word] = ""
        elif word.startswith("--"):
            raise LabError(f"The rehearsal's kubeadm knows no flag '{word}'")
        else:
            words.append(word)
    return words, flags
