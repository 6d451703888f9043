"""The certificates of a control plane: which they are, who signed them, and until when they are good."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from harness.facts.fact import Output
from harness.facts.reading import shortened, succeeded

PKI = "/etc/kubernetes/pki"
#: What signs, by its file's name without the end: it has a key that nothing can make again.
AUTHORITIES = ("ca", "front-proxy-ca", "etcd/ca")
#: What is signed: kubeadm makes it anew whenever it has the authority's key.
LEAVES = (
    "apiserver",
    "apiserver-kubelet-client",
    "apiserver-etcd-client",
    "front-proxy-client",
    "etcd/server",
    "etcd/peer",
    "etcd/healthcheck-client",
)
#: What the library makes of certificates that nobody should have issued; none of it is a ValueError.
UNKNOWN = (UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
_OF_A_CERTIFICATE = re.compile(r"error execution phase certs/\S+: .*certificate.*")
_TITLE = re.compile(r"^# (\S+)\.crt$", re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate:
    """One certificate; `signed_by` names the authority beside it whose key signed it, and is empty if none did."""

    name: str
    serial: str
    not_after: datetime
    signed_by: str = ""
    #: The addresses for which it is good.
    addresses: tuple[str, ...] = ()
    #: The names for which it is good.
    names: tuple[str, ...] = ()

    @property
    def is_leaf(self) -> bool:
        """Whether it signs nothing itself."""
        return self.name not in AUTHORITIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """All certificates of a control plane, each below a line with its name."""

    name: str = "certificates"
    argv: tuple[str, ...] = ("find", PKI, "-name", "*.crt", "-printf", "# %P\\n", "-exec", "cat", "{}", ";")

    def parse(self, output: Output) -> tuple[IssuedCertificate, ...]:
        """The certificates by name; there is at least one."""
        parts = _TITLE.split(succeeded(output))[1:]
        read = {name: _read(pem) for name, pem in zip(parts[::2], parts[1::2], strict=True)}
        if not read:
            raise ValueError(f"no certificate: {shortened(output.stdout) or 'nothing'}")
        return tuple(_issued(name, certificate, read) for name, certificate in sorted(read.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class KubeletCertificate:
    """The certificate by which a kubelet is known to the API; its key is in the same file, and stays there."""

    name: str = "kubelet-certificate"
    argv: tuple[str, ...] = (
        "sed",
        "--quiet",
        "/BEGIN CERTIFICATE/,/END CERTIFICATE/p",
        "/var/lib/kubelet/pki/kubelet-client-current.pem",
    )

    def parse(self, output: Output) -> IssuedCertificate:
        """The first certificate in the file."""
        return _issued("kubelet", _read(succeeded(output)), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Whether kubeadm refused, and its words."""

    refused: bool
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedInit:
    """kubeadm is given leaves that have expired; the command is written down as it was run."""

    name: str = "init-refused"
    argv: tuple[str, ...] = ("kubeadm", "init")

    def parse(self, output: Output) -> Refusal:
        """Its words about a certificate; a refusal for another reason is no answer."""
        if output.status == 0:
            return Refusal(refused=False)
        found = _OF_A_CERTIFICATE.search(output.stderr + output.stdout)
        if found is None:
            raise ValueError(f"kubeadm failed, but not for a certificate: {shortened(output.stderr or output.stdout)}")
        return Refusal(refused=True, said=shortened(found[0]))


def _read(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except UNKNOWN as unknown:
        raise ValueError(f"a certificate of an unknown kind: {unknown}") from unknown


def _issued(name: str, certificate: x509.Certificate, beside: dict[str, x509.Certificate]) -> IssuedCertificate:
    try:
        return _of(name, certificate, beside)
    except UNKNOWN as unknown:
        raise ValueError(f"the certificate '{name}' is of an unknown kind: {unknown}") from unknown


def _of(name: str, certificate: x509.Certificate, beside: dict[str, x509.Certificate]) -> IssuedCertificate:
    authorities = {one: beside[one] for one in AUTHORITIES if one in beside and one != name}
    return IssuedCertificate(
        name=name,
        serial=f"{certificate.serial_number:x}",
        not_after=certificate.not_valid_after_utc,
        signed_by=next((one for one, authority in authorities.items() if _is_signed(certificate, authority)), ""),
        addresses=_told(certificate, x509.IPAddress),
        names=_told(certificate, x509.DNSName),
    )


def _told(certificate: x509.Certificate, kind: type[x509.IPAddress | x509.DNSName]) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(sorted(str(one.value) for one in names if isinstance(one, kind)))


def _is_signed(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


CERTIFICATES = Certificates()
INIT_REFUSED = RefusedInit()
KUBELET_CERTIFICATE = KubeletCertificate()
