"""What the server of a bucket is told, and what its clients are."""

from __future__ import annotations

import json

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from harness.backup.bucket_server import make_bucket
from harness.clock import NotYet
from harness.journal import Kind
from tests.backup.lab_with_bucket import LabWithBucket, bucket

__all__ = ["bucket"]
SETTINGS = "/etc/kubedrill/vault/settings"


def test_the_certificate_is_for_one_address_and_signs_no_other(bucket: LabWithBucket) -> None:
    made = x509.load_pem_x509_certificate(bucket.access.certificate)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.IPAddress) == [bucket.vault.spec.ip]
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert isinstance(made.public_key(), ec.EllipticCurvePublicKey)
    made.verify_directly_issued_by(made)


def test_it_listens_under_its_own_address_alone(bucket: LabWithBucket) -> None:
    assert f"VGW_PORT={bucket.vault.spec.ip}:7070" in bucket.vault.get(SETTINGS).decode().splitlines()


def test_who_backs_up_is_no_administrator_and_owns_the_bucket(bucket: LabWithBucket) -> None:
    told = json.loads(bucket.vault.get("/etc/kubedrill/vault/accounts/users.json"))
    assert [(name, one["role"]) for name, one in told["accessAccounts"].items()] == [("vault", "user")]
    assert bucket.access.secret not in bucket.vault.get(SETTINGS).decode()


def test_there_is_one_bucket_and_nobody_makes_it_twice(bucket: LabWithBucket) -> None:
    assert isinstance(make_bucket(bucket.vault), NotYet)


def test_no_secret_is_among_the_arguments_of_a_command_or_in_a_file_that_others_may_read(
    bucket: LabWithBucket,
) -> None:
    assert bucket.client.answers(bucket.master) is True
    bucket.client.names(bucket.master)
    of_root = dict(line.split("=", 1) for line in bucket.vault.get(SETTINGS).decode().splitlines())["ROOT_SECRET_KEY"]
    told = bucket.journal.path.read_text()
    assert bucket.access.secret not in told
    assert of_root not in told
    laid = [event.data["argv"] for event in bucket.history.of(Kind.COMMAND) if event.data["argv"][0] == "install"]
    private = {argv[-1] for argv in laid if argv[1] == "--mode=0600"}
    assert {argv[-1] for argv in laid} - private == {"/etc/systemd/system/kubedrill-vault.service"}


def test_curl_is_told_whom_to_trust_and_for_how_long_to_wait(bucket: LabWithBucket) -> None:
    lines = bucket.access.files["curl"].decode().splitlines()
    assert f'user = "vault:{bucket.access.secret}"' in lines
    assert 'cacert = "/etc/kubedrill-backup/vault.crt"' in lines
    assert {'proto = "=https"', "connect-timeout = 5", "max-time = 600", "fail"} <= set(lines)
    assert not [line for line in lines if line.startswith(("insecure", "location"))]


def test_what_is_taken_is_on_the_disk_before_that_is_said(bucket: LabWithBucket) -> None:
    argvs = [event.data["argv"] for event in bucket.history.of(Kind.COMMAND)]
    lasting, started = ["chattr", "+SD", "/srv/vault"], ["systemctl", "enable", "--now", "kubedrill-vault.service"]
    assert argvs.index(lasting) < argvs.index(started)
