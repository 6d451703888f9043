"""Certificates of a control plane, and what kubeadm 1.34.4 says of those that have expired."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.facts import Output
from harness.facts.certificates import AUTHORITIES, CERTIFICATES, INIT_REFUSED, KUBELET_CERTIFICATE, LEAVES
from harness.facts.pki import CA_CERT, PKI_FILES, SA_PUB
from tests.verdict import papers
from tests.verdict.answers import CA, NEW_ADDRESS
from tests.verdict.telling import BEGAN

MISLEADING = (
    "W1121 18:09:35.851226     236 certs.go:474] WARNING: could not validate bounds for certificate apiserver: the"
    " certificate has expired: NotBefore: 2026-11-21 18:00:51 +0000 UTC, NotAfter: 2026-11-21 18:08:51 +0000 UTC\n"
    "error: error execution phase certs/apiserver: [certs] certificate apiserver not signed by CA certificate ca: x509:"
    " certificate has expired or is not yet valid: current time 2026-11-21T18:09:35Z is after 2026-11-21T18:08:51Z\n"
    "To see the stack trace of this error execute with --v=5 or higher\n"
)


def said(stdout: str, status: int = 0, stderr: str = "") -> Output:
    return Output(status=status, stdout=stdout, stderr=stderr)


def pem_of(what: str, der: bytes) -> str:
    return f"-----BEGIN {what}-----\n{base64.encodebytes(der).decode()}-----END {what}-----\n"


def test_each_certificate_has_the_authority_whose_key_signed_it() -> None:
    found = {one.name: one for one in CERTIFICATES.parse(said(papers.told(papers.EXPIRING)))}
    assert set(found) == {*AUTHORITIES, *LEAVES}
    assert {name: found[name].signed_by for name in ("apiserver", "etcd/peer", "front-proxy-client")} == {
        "apiserver": "ca",
        "etcd/peer": "etcd/ca",
        "front-proxy-client": "front-proxy-ca",
    }
    assert found["apiserver-etcd-client"].signed_by == "etcd/ca"
    assert found["apiserver"].not_after == BEGAN + timedelta(seconds=30)
    assert [name for name, one in found.items() if not one.is_leaf] == ["ca", "etcd/ca", "front-proxy-ca"]


def test_an_authority_of_the_same_name_with_another_key_signed_nothing_here() -> None:
    found = {one.name: one for one in CERTIFICATES.parse(said(papers.told(papers.UNSIGNED)))}
    assert [name for name, one in found.items() if one.is_leaf and not one.signed_by] == ["apiserver"]


def test_a_machine_without_certificates_gives_no_answer() -> None:
    with pytest.raises(ValueError, match="no certificate: nothing"):
        CERTIFICATES.parse(said(""))
    with pytest.raises(ValueError, match="No such file"):
        CERTIFICATES.parse(said("", 1, "find: '/etc/kubernetes/pki': No such file or directory"))


def test_a_kubelet_is_known_by_the_first_certificate_in_its_file() -> None:
    found = KUBELET_CERTIFICATE.parse(said(papers.OLD_KUBELET))
    assert (found.name, found.not_after) == ("kubelet", BEGAN + timedelta(seconds=30))
    # A client is good for no address and no name.
    assert (found.signed_by, found.addresses, found.names) == ("", (), ())


def test_kubeadms_words_about_a_certificate_are_kept_and_other_words_are_no_answer() -> None:
    refused = INIT_REFUSED.parse(said("", 1, MISLEADING))
    assert refused.refused
    assert "certificate apiserver not signed by CA certificate ca: x509: certificate has expired" in refused.said
    assert not INIT_REFUSED.parse(said("Your Kubernetes control-plane has initialized successfully!")).refused
    with pytest.raises(ValueError, match=r"not for a certificate: .*port 6443 is in use"):
        INIT_REFUSED.parse(said("", 1, "[ERROR Port-6443]: port 6443 is in use"))


def test_keys_of_leaves_can_be_made_again_and_those_that_sign_can_not() -> None:
    names = ("ca.key", "sa.key", "etcd/ca.key", "apiserver.key", "etcd/peer.key", "ca.crt")
    listing = "".join(f"600 root /etc/kubernetes/pki/{name}\n" for name in names)
    lasting = [file.path for file in PKI_FILES.parse(said(listing)) if file.is_irreplaceable]
    assert lasting == [f"/etc/kubernetes/pki/{name}" for name in ("ca.key", "etcd/ca.key", "sa.key")]


def test_a_certificate_of_no_version_is_refused_with_a_value_error() -> None:
    # The library refuses it by an error of its own, which is no ValueError.
    der = bytearray(x509.load_pem_x509_certificate(CA.encode()).public_bytes(Encoding.DER))
    place = der.index(bytes.fromhex("a003020102")) + 4
    der[place] = 13
    pem = pem_of("CERTIFICATE", bytes(der))
    for fact, text in ((KUBELET_CERTIFICATE, pem), (CERTIFICATES, f"# ca.crt\n{pem}"), (CA_CERT, pem)):
        with pytest.raises(ValueError, match="of an unknown kind"):
            fact.parse(Output(status=0, stdout=text))


def test_a_key_or_a_certificate_of_an_unknown_sort_is_refused_with_a_value_error() -> None:
    # The curve's name is one letter off, so that nobody knows it.
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    curve = bytes.fromhex("2a8648ce3d030107")
    assert SA_PUB.parse(said(pem_of("PUBLIC KEY", der))).digest
    with pytest.raises(ValueError, match="a key of an unknown kind"):
        SA_PUB.parse(said(pem_of("PUBLIC KEY", der.replace(curve, curve[:-1] + b"\x7f"))))
    # A name of a party in the exchange of data, where an address should be.
    pem = papers.RENEWED["apiserver"]
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    address = bytes((0x87, 4, *map(int, NEW_ADDRESS.split("."))))
    party = bytes((0xA5, *address[1:]))
    told = f"# ca.crt\n{CA}# apiserver.crt\n{pem_of('CERTIFICATE', der.replace(address, party))}"
    assert address in der
    with pytest.raises(ValueError, match="the certificate 'apiserver' is of an unknown kind"):
        CERTIFICATES.parse(said(told))
