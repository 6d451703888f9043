"""The program that backs up a control plane by itself, and brings the backup into a vault of either kind."""

from __future__ import annotations

from harness.backup.access import FOLDER, Store
from harness.backup.bucket_client import CALL, NOTHING
from harness.backup.sftp_client import SFTP
from harness.facts.vault import MANIFEST, UNFINISHED

SETTINGS = f"{FOLDER}/settings"
#: One snapshot, and all that its control plane needs beside it.
TREE = "kubernetes.tar.gz"
SNAPSHOT_DB = "snapshot.db"
_CONFIG_MAPS = ("kubeadm-config", "kubelet-config", "kube-proxy")
_JSON = ("members", "namespace", "node", *_CONFIG_MAPS)
#: What goes before the snapshot.
BEFORE_SNAPSHOT = (TREE, *(f"{one}.json" for one in _JSON))
#: The snapshot goes before the manifest and after all else: an upload that is cut most likely lacks part of it.
_SENT = (*BEFORE_SNAPSHOT, SNAPSHOT_DB, MANIFEST)
_PUTS = "\n".join(f"put -f {one} $name{UNFINISHED}/" for one in _SENT)
_PKI = "/etc/kubernetes/pki/etcd"
#: How a backup is called; only the program's own machine's may go.
_NAME = "[0-9]{8}T[0-9]{6}Z-$(hostname)"

_MAKE = f"""#!/bin/sh
# A backup of this control plane, whole or not at all: its manifest arrives last.
set -eu
umask 077
. {SETTINGS}
work=$(mktemp --directory /run/kubedrill-backup.XXXXXX)
trap 'rm --recursive --force "$work"' EXIT
cd "$work"
taken=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
name=$(date --utc --date "$taken" +%Y%m%dT%H%M%SZ)-$(hostname)
limit=

etcd() {{
    etcdctl --endpoints=https://127.0.0.1:2379 --cacert={_PKI}/ca.crt \\
        --cert={_PKI}/healthcheck-client.crt --key={_PKI}/healthcheck-client.key "$@"
}}
kube() {{
    kubectl --kubeconfig /etc/kubernetes/admin.conf get "$@" --output json
}}

if [ -n "$SNAPSHOT" ]; then
    # Somebody else takes them: the newest goes, and says how old it is.
    cp --preserve=timestamps "$SNAPSHOT" {SNAPSHOT_DB}
else
    etcd snapshot save {SNAPSHOT_DB}
fi
snapshot=$(date --utc --reference {SNAPSHOT_DB} +%Y-%m-%dT%H:%M:%SZ)
etcd --write-out json member list > members.json
kube namespace kube-system > namespace.json
kube node "$(hostname)" > node.json
for one in {" ".join(_CONFIG_MAPS)}; do
    kube configmap --namespace kube-system $one > $one.json
done
(cd /etc/kubernetes && find . -type f -not -path './tmp/*' -not -name '*.conf' -printf '%P\\n') |
    tar --create --gzip --file {TREE} --directory /etc/kubernetes --no-recursion --files-from -
files=$(sha256sum -- * | awk '{{ printf "%s\\"%s\\": \\"%s\\"", between, $2, $1; between = ", " }}')
printf '{{"taken": "%s", "snapshot": "%s", "node": "%s", "files": {{%s}}}}\\n' \\
    "$taken" "$snapshot" "$(hostname)" "$files" > {MANIFEST}
"""

_OVER_SFTP = f"""
# A folder gets its name when all of it is there.
[ "$LIMIT" -eq 0 ] || limit="-l $LIMIT"
vault() {{
    {" ".join(SFTP)} $limit -b - "$VAULT"
}}
send() {{
    vault <<END
mkdir $name{UNFINISHED}
{_PUTS}
rename $name{UNFINISHED} $name
END
}}
names() {{
    echo '@ls -1' | vault | grep --extended-regexp --line-regexp "{_NAME}({UNFINISHED})?"
}}
drop() {{
    vault <<END
-rm $1/*
rmdir $1
END
}}
"""

_OVER_S3 = f"""
# An object is there whole or not at all, so what has its manifest has all else.
[ "$LIMIT" -eq 0 ] || limit="--limit-rate $((LIMIT * 125))"
nothing='{NOTHING}'
vault() {{
    {" ".join(CALL)} $limit "$@"
}}
send() {{
    for one in {" ".join(_SENT)}; do
        # The server refuses what has another digest.
        digest=$(sha256sum "$one")
        vault --upload-file "$one" --header "x-amz-content-sha256: ${{digest%% *}}" "$VAULT/$name/$one"
    done
}}
names() {{
    # A thousand at most, the oldest first: of more than that the others have their turn later.
    listed=$(vault --header "$nothing" "$VAULT?delimiter=%2F&list-type=2")
    for one in $(echo "$listed" | tr '<' '\\n' | sed --quiet --regexp-extended "s#^Prefix>({_NAME})/\\$#\\1#p"); do
        said=$(vault --no-fail --head --output /dev/null --write-out '%{{http_code}}' --header "$nothing" \\
            "$VAULT/$one/{MANIFEST}")
        case $said in
            200) echo "$one" ;;
            404) echo "$one{UNFINISHED}" ;;
            *) echo "The vault says $said, and not whether '$one' is whole" >&2 && return 1 ;;
        esac
    done
}}
drop() {{
    # The manifest goes first: what is half gone must not look whole.
    vault --fail-early --request DELETE --header "$nothing" \\
        "$VAULT/${{1%{UNFINISHED}}}/{{{",".join(reversed(_SENT))}}}"
}}
"""

_BRING = f"""
send
# Only now that one more has arrived may others go: the oldest, and what was cut before.
kept=$(names)
for old in $(echo "$kept" | grep --invert-match '{UNFINISHED}$' | head --lines=-"$KEEP") \\
    $(echo "$kept" | grep '{UNFINISHED}$'); do
    drop "$old"
done
"""


def program(store: Store) -> str:
    """The program that makes one backup and brings it into a vault of this kind."""
    return _MAKE + {Store.SFTP: _OVER_SFTP, Store.BUCKET: _OVER_S3}[store] + _BRING
