"""A PKI and a snapshot that do not belong together are refused by both names, on a machine that stays blank."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from harness.backup import Bundle
from harness.backup.matching import signing_keys, unmatched
from harness.backup.mismatched import MISMATCHED, accounts_of_before, pki_of_before
from harness.journal import History, Kind
from harness.sabotage.backup_loss import OlderPki
from harness.sabotage.snapshot_trouble import UncheckedBackup
from harness.verdict import judge
from tests.drill.rehearsing import STORIES, rehearse
from tests.drill.test_recoveries import once

TODAY = datetime(2026, 1, 1, tzinfo=UTC)
LEAVES = ("apiserver", "apiserver-kubelet-client")
NOW = {"ca": "sha256:11", "front-proxy-ca": "sha256:22", "sa": "sha256:33"}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Three bad pairs and a good one."""
    return once("mismatched-pair", tmp_path_factory.mktemp("told"))


@pytest.mark.parametrize(
    ("backup", "keys"),
    [("accounts-of-before", {"sa"}), ("pki-of-before", {"ca", "sa"}), ("snapshot-alone", {"ca"})],
)
def test_each_pair_is_refused_and_names_the_keys_of_both_sides(backup: str, keys: set[str], history: History) -> None:
    (refused,) = history.of(Kind.RECOVERY, state="refused", backup=backup)
    cause = str(refused.data["cause"])
    assert cause.startswith("PKI and snapshot of the backup do not belong together")
    told = {part.split("'")[1] for part in cause.split(": ", 1)[1].split("; ")}
    assert told == keys
    assert judge(history).join_hash_before in cause or "ca" not in keys
    assert "the snapshot of revision" in cause


def test_the_machine_stays_blank_until_the_good_pair_comes(history: History) -> None:
    found = {one.check: one for one in judge(history).findings}
    assert all(one.name in found["bad-backups-refused"].saw for one in MISMATCHED)
    assert judge(history).passed


def test_a_recovery_that_does_not_compare_takes_the_first_pair(tmp_path: Path) -> None:
    told = rehearse(STORIES["mismatched-pair"], tmp_path, sabotage=UncheckedBackup())
    assert judge(told).cause == "the backup 'accounts-of-before' was accepted"


@pytest.mark.parametrize("drill", ["mismatched-pair", "destroyed-master", "encrypted-etcd"])
def test_an_older_pki_is_refused_wherever_a_snapshot_comes_with_it(drill: str, tmp_path: Path) -> None:
    cause = judge(rehearse(STORIES[drill], tmp_path, sabotage=OlderPki())).cause
    assert "do not belong together: 'ca' of the PKI is" in cause


def test_keys_that_are_recorded_or_published_belong_and_all_others_are_named_with_both_sides() -> None:
    published = frozenset({"sha256:11", "sha256:22"})
    assert unmatched(NOW, NOW, published) == {}
    assert unmatched(NOW, {}, published) == {}
    assert unmatched({**NOW, "sa": "sha256:44"}, NOW, published) == {"sa": ("sha256:33",)}
    assert unmatched({**NOW, "ca": "sha256:44"}, {}, published) == {"ca": ("sha256:11", "sha256:22")}
    assert unmatched({"ca": "sha256:11"}, NOW, published) == {}


def test_a_pki_of_before_is_without_fault_in_itself(rsa_pki: Bundle) -> None:
    older = pki_of_before(rsa_pki).below("pki")
    ca, leaf = (x509.load_pem_x509_certificate(older.files[f"{name}.crt"]) for name in ("ca", "apiserver"))
    leaf.verify_directly_issued_by(ca)
    ca.verify_directly_issued_by(ca)
    now = signing_keys(rsa_pki.below("pki"))
    assert {name for name, key in signing_keys(older).items() if now[name] != key} == {"ca", "sa"}
    key = serialization.load_pem_private_key(older.files["ca.key"], None)
    assert key.public_key() == ca.public_key()


def test_only_the_key_of_service_accounts_may_be_older(rsa_pki: Bundle) -> None:
    older = accounts_of_before(rsa_pki)
    assert {name for name in older.files if older.files[name] != rsa_pki.files[name]} == {"pki/sa.key", "pki/sa.pub"}


@pytest.fixture(scope="module")
def rsa_pki() -> Bundle:
    """A PKI with RSA keys, as kubeadm makes them."""
    return rsa_bundle()


def rsa_bundle() -> Bundle:
    key, leaf = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    ca = issued("kubernetes", key, key, ca=True)
    leaves = {f"pki/{name}.crt": pem(issued(name, leaf, key, ca=False)) for name in LEAVES}
    accounts = leaf.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    files = {"pki/ca.crt": pem(ca), "pki/ca.key": private(key), "pki/sa.key": private(leaf), "pki/sa.pub": accounts}
    return Bundle({**files, **leaves})


def issued(name: str, key: rsa.RSAPrivateKey, signer: rsa.RSAPrivateKey, *, ca: bool) -> x509.Certificate:
    by = x509.SubjectKeyIdentifier.from_public_key(signer.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY)
        .not_valid_after(TODAY + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(by), critical=False)
    )
    return builder.sign(signer, hashes.SHA256())


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def private(key: rsa.RSAPrivateKey) -> bytes:
    shape = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, shape, serialization.NoEncryption())
