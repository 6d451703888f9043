"""What a simulated etcd says before it ends."""

from __future__ import annotations

DISK_WORDS = (
    '{"level":"fatal","msg":"failed to save Raft hard state and entries",'
    '"error":"write /var/lib/etcd/member/wal/0.wal: input/output error"}'
)
OWNER_WORDS = (
    '{"level":"fatal","msg":"failed to list data directory",'
    '"error":"open /var/lib/etcd/from-backup: permission denied"}'
)
SPACE_WORDS = (
    '{"level":"fatal","msg":"failed to commit tx",'
    '"error":"write /var/lib/etcd/member/snap/db: no space left on device"}'
)
DATABASE_WORDS = '{"level":"panic","msg":"failed to open database","error":"invalid database"}'
