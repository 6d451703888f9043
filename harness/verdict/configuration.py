"""Checks of what a second `kubeadm init` silently rewrites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from harness.facts import CLUSTER, Moment
from harness.facts.config import KUBE_PROXY_CONFIG, KUBEADM_CONFIG, KUBELET_CONFIG, KubeConfigMap, Settings
from harness.verdict.record import Record
from harness.verdict.ruling import Ruling, ruled
from harness.verdict.wording import changed, counted, listed

_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeadmConfig:
    """kubeadm-config says what it said before."""

    name: ClassVar[str] = "kubeadm-config"
    claim: ClassVar[str] = "The ConfigMap kubeadm-config has the settings of before"
    #: The control plane's address of before and of after, where that is another one.
    old: str = ""
    new: str = ""
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Each setting is compared."""
        return _compared(record, KUBEADM_CONFIG, self.before, self.after, self.old, self.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeProxyConfig:
    """kube-proxy's configuration says what it said before."""

    name: ClassVar[str] = "kube-proxy-config"
    claim: ClassVar[str] = "The ConfigMap kube-proxy has the settings of before"
    #: The control plane's address of before and of after, where that is another one.
    old: str = ""
    new: str = ""
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Each setting is compared."""
        return _compared(record, KUBE_PROXY_CONFIG, self.before, self.after, self.old, self.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletConfig:
    """The kubelets' common configuration says what it said before."""

    name: ClassVar[str] = "kubelet-config"
    claim: ClassVar[str] = "The ConfigMap kubelet-config has the settings of before"
    before: str = Moment.BEFORE
    after: str = Moment.RECOVERED

    def judge(self, record: Record) -> Ruling:
        """Each setting is compared."""
        return _compared(record, KUBELET_CONFIG, self.before, self.after)


def _compared(record: Record, fact: KubeConfigMap, before: str, after: str, old: str = "", new: str = "") -> Ruling:
    was = record.ask(fact, CLUSTER, before)
    if old:
        was = Settings(values={path: value.replace(f"{old}:", f"{new}:") for path, value in was.values.items()})
    return compared(was, record.ask(fact, CLUSTER, after), fact.config_map)


def compared(before: Settings, after: Settings, what: str) -> Ruling:
    """Whether two configurations say the same; what differs is named."""
    was, now = before.values, after.values
    gone = [path for path in was if path not in now]
    new = [path for path in now if path not in was]
    other = [path for path in was if path in now and was[path] != now[path]]
    faults = [
        *([f"{what} lost {listed(gone)}"] if gone else []),
        *[f"in {what} {changed(path, was[path], now[path])}" for path in other[:_SHOWN]],
        *([f"in {what} {listed(other[_SHOWN:])} changed too"] if other[_SHOWN:] else []),
        *([f"{what} gained {listed(new)}"] if new else []),
    ]
    return ruled(faults, f"{counted(len(was), 'setting')}, all as before")
