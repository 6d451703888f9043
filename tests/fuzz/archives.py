"""The readers of backups: archives, bundles, pairs, vaults and their listings."""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from hashlib import sha256
from random import Random

from harness.backup import Bundle, FolderVault
from harness.backup.bucket_listing import read_page
from harness.backup.keys import secrets_in
from harness.backup.matching import signing_keys
from harness.backup.pair import described, encryption_keys, packed, separated
from harness.backup.received import bundle_of
from harness.backup.records import CLUSTER, MEMBER, cluster_of, member_of
from harness.backup.remote_vault import read_manifest, reads_well
from harness.backup.snapshot import SNAPSHOT_FILE
from harness.backup.strict_tar import unpacked
from harness.cluster.encryption import configuration, keys_in
from tests.backup.test_bucket_listing import GOES_ON, TOLD
from tests.backup.test_pair import BUNDLE, TAKEN
from tests.fuzz.desk import laid
from tests.fuzz.mutation import damaged_bytes
from tests.fuzz.parser import Parser, Parts
from tests.verdict.answers import CA, SA

_PKI = {"pki/ca.crt": CA.encode(), "pki/sa.pub": SA.encode()}
_TREE = gzip.compress(Bundle({**_PKI, "manifests/etcd.yaml": b"kind: Pod\n", "a.b": b"x"}).to_tar(), mtime=0)
_MEMBER = {"name": "master1", "peer_urls": ["https://10.77.0.11:2380"]}
_HEADER = ((0, 100), (100, 8), (108, 8), (124, 12), (136, 12), (156, 1), (157, 100), (257, 8), (345, 155))
_LETTERS = (b"\xff", b"\x80\x00", b"7", b"9", b"-", b" ", b"../", b"/", b"\x00", b"x", b"g", b"L", b"S", b"1", b"2")
_CONFIG_MAPS = {
    "kubeadm-config": "ClusterConfiguration",
    "kubelet-config": "kubelet",
    "kube-proxy": "config.conf",
}
_SENT = {
    **{f"{name}.json": json.dumps({"data": {key: "kind: X\n"}}) for name, key in _CONFIG_MAPS.items()},
    "node.json": json.dumps({"metadata": {"name": "master1", "labels": {"a": "b"}}, "spec": {"taints": []}}),
    "namespace.json": json.dumps({"metadata": {"uid": "u-1"}}),
    "members.json": json.dumps(
        {"header": {}, "members": [{"ID": 7, "name": "master1", "peerURLs": ["https://10.77.0.11:2380"]}]}
    ),
}
_NAMES = tuple(_SENT)
_ARCHIVE = "static_kuberesources_2020-03-18_220218.tar.gz"
_RECORD = json.dumps({"uid": "u-1", "keys": {"ca": "sha256:" + "ab" * 32}})
_MANIFEST = json.dumps(
    {"taken": "2026-11-21T09:30:12Z", "files": {"snapshot.db": "ab" * 32, "kubernetes.tar.gz": "cd" * 32}}
)


def _damaged_archive(parts: Parts, chance: Random) -> Parts:
    """The damage is done inside, and the archive is packed again, so that it gets past the first look."""
    tar = damaged_bytes(gzip.decompress(parts[0]), b"", chance)
    if chance.random() < 0.5:
        tar = _checked(tar, chance)
    if chance.random() < 0.15:
        return (damaged_bytes(gzip.compress(tar, mtime=0), b"", chance),)
    packer = zlib.compressobj(1, wbits=16 + zlib.MAX_WBITS)
    return (packer.compress(tar) + packer.flush(),)


def _checked(tar: bytes, chance: Random) -> bytes:
    """A header of which one field is another, with a checksum that is right again."""
    if len(tar) < 512:
        return tar
    head = bytearray(tar[:512])
    start, size = chance.choice(_HEADER)
    letters = chance.choice(_LETTERS)
    head[start : start + size] = (letters * size)[:size]
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\x00 " % (sum(head) % 0o1000000)
    return bytes(head) + tar[512:]


def _received(tree: bytes, snapshot: bytes, *texts: str) -> object:
    sent = {name: text.encode(errors="replace") for name, text in zip(_NAMES, texts, strict=True)}
    return bundle_of({**sent, "kubernetes.tar.gz": tree, "snapshot.db": snapshot})


def _pair(manifest: bytes, archive: bytes) -> object:
    files = dict(packed(BUNDLE, TAKEN).files)
    told, tar = (next(name for name in files if name.endswith(end)) for end in (".json", ".tar.gz"))
    bundle = Bundle({**files, told: manifest, tar: archive})
    return described(bundle), separated(bundle)


def _pair_of_names(name: str) -> object:
    files = dict(packed(BUNDLE, TAKEN).files)
    return separated(Bundle({**{one: files[one] for one in files if not one.endswith(".gz")}, name: files[_ARCHIVE]}))


def _vault(manifest: str) -> object:
    folder = laid("vault/control-plane/manifest.json", manifest).parents[1]
    laid("vault/control-plane/pki/ca.crt", CA)
    return FolderVault(folder).load("control-plane")


def _stored(name: str) -> object:
    folder = laid("store/x", "").parent
    try:
        FolderVault(folder).store("b", Bundle({name: b"x"}))
        inside = folder / "b"
        outside = [one for one in folder.parent.rglob("escaped") if not one.is_relative_to(inside)]
        assert not outside, "it wrote beside the vault"
    finally:
        shutil.rmtree(folder / "b", ignore_errors=True)
    return None


def _remote(content: bytes) -> object:
    manifest = read_manifest(content)
    return manifest is not None and reads_well(manifest)


def _matching(ca: bytes, sa: bytes) -> object:
    return signing_keys(Bundle({"ca.crt": ca, "sa.pub": sa}))


def _secrets(key: bytes, sealed: bytes) -> object:
    return secrets_in(Bundle({"pki/ca.key": key, "files/encryption/config.yaml": sealed}))


def _inspected(member: bytes, cluster: bytes) -> object:
    bundle = Bundle({MEMBER: member, CLUSTER: cluster, SNAPSHOT_FILE: b"x"})
    return member_of(bundle), cluster_of(bundle)


def archive_parsers() -> tuple[Parser, ...]:
    """All of them."""
    pair = packed(BUNDLE, TAKEN).files
    manifest, archive = (next(one for name, one in pair.items() if name.endswith(end)) for end in (".json", ".tar.gz"))
    sealed = configuration("c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=")
    return (
        Parser(name="archive", corpus=((_TREE,),), read=unpacked, damage=_damaged_archive, weight=6.0),
        Parser(
            name="backup that was sent",
            corpus=((_TREE, b"snapshot", *_SENT.values()),),
            read=_received,
            weight=2.0,
        ),
        Parser(name="pair of files", corpus=((manifest, archive),), read=_pair, weight=1.5),
        Parser(name="names of a pair", corpus=((_ARCHIVE,),), read=_pair_of_names),
        Parser(
            name="manifest of a vault",
            corpus=((json.dumps({"pki/ca.crt": sha256(CA.encode()).hexdigest()}),),),
            read=_vault,
        ),
        Parser(name="name in a vault", corpus=(("../escaped",), ("pki/ca.crt",)), read=_stored, weight=0.3),
        Parser(name="manifest of a remote vault", corpus=((_MANIFEST.encode(),),), read=_remote, refusals=()),
        Parser(name="keys of a PKI", corpus=((CA.encode(), SA.encode()),), read=_matching, weight=0.5),
        Parser(
            name="secrets of a backup",
            corpus=((b"-----BEGIN KEY-----\nab\ncd\n", sealed.encode()),),
            read=_secrets,
            weight=0.2,
        ),
        Parser(name="encryption keys", corpus=((sealed,),), read=keys_in, weight=0.2),
        Parser(
            name="encryption keys of a bundle",
            corpus=((sealed.encode(),),),
            refusals=(),
            weight=0.2,
            read=lambda content: encryption_keys(Bundle({"a.yaml": content + b"\n# EncryptionConfiguration"})),
        ),
        Parser(
            name="member and cluster of a backup",
            read=_inspected,
            weight=2.0,
            corpus=((json.dumps(_MEMBER).encode(), _RECORD.encode()),),
        ),
        Parser(name="listing of a bucket", corpus=((TOLD,), (GOES_ON,)), read=read_page, weight=4.0),
    )
