"""One raw disk with a partition table, an ext4 file system at one MiB, and a boot loader before it."""

from __future__ import annotations

import struct
from datetime import timedelta
from pathlib import Path

from harness.images.stage import scratch
from harness.shell import run

#: Where the file system begins; container machines mount it from here, boot loaders lie before it.
OFFSET = 1024 * 1024
SIZE_MIB = 6 * 1024
_SECTOR = 512
_LIMIT = timedelta(minutes=10)
#: The file is new, so all of it reads as zero; without this the kernel of every clone writes its inode tables anew.
_ZEROED = "assume_storage_prezeroed=1,lazy_itable_init=1,lazy_journal_init=1"
_GRUB = Path("/usr/lib/grub/i386-pc")
_GRUB_MODULES = (
    "biosdisk",
    "part_msdos",
    "ext2",
    "linux",
    "normal",
    "probe",
    "serial",
    "terminal",
    "echo",
    "configfile",
    "search",
)
#: The file system's UUID is read at boot: every clone of this disk gets one of its own.
_GRUB_CONFIG = """\
serial --unit=0 --speed=115200
terminal_output serial
set root=(hd0,msdos1)
probe --set=uuid --fs-uuid ($root)
source /boot/kubedrill.cfg
linux /vmlinuz root=UUID=$uuid rw console=ttyS0 mitigations=off $arguments
initrd /initrd.img
boot
"""


def make_disk(disk: Path, tree: Path, size_mib: int = SIZE_MIB) -> None:
    """Write a sparse raw disk whose only partition holds the tree."""
    with disk.open("wb") as image:
        image.truncate(size_mib * 1024 * 1024)
        image.write(_partition_table(size_mib))
    make_ext4(disk, size_kib=(size_mib - 1) * 1024, offset=OFFSET, label="kubedrill-os", tree=tree)


def make_ext4(disk: Path, *, size_kib: int, offset: int, label: str, tree: Path | None = None) -> None:
    """Make an ext4 file system in a file; its checksums do not hang on the UUID, so that this can change at once."""
    run(
        [
            "mke2fs",
            *("-q", "-F", "-t", "ext4", "-m", "0", "-L", label[:16]),
            *("-O", "metadata_csum,metadata_csum_seed,^orphan_file"),
            *("-E", f"offset={offset},{_ZEROED},nodiscard"),
            *(("-d", str(tree)) if tree else ()),
            str(disk),
            f"{size_kib}k",
        ],
        timeout=_LIMIT,
    )


def _partition_table(size_mib: int) -> bytes:
    """A classic table with one bootable Linux partition from one MiB to the end."""
    start = OFFSET // _SECTOR
    sectors = size_mib * 1024 * 1024 // _SECTOR - start
    outside = b"\xfe\xff\xff"
    entry = struct.pack("<B3sB3sII", 0x80, outside, 0x83, outside, start, sectors)
    return bytes(446) + entry + bytes(48) + b"\x55\xaa"


def install_boot_loader(disk: Path) -> None:
    """Put GRUB into the gap before the partition, without mounting anything."""
    with scratch("grub") as work:
        (work / "grub.cfg").write_text(_GRUB_CONFIG)
        run(
            [
                *("grub-mkimage", "-O", "i386-pc", "-d", str(_GRUB), "-p", "(hd0,msdos1)/boot/grub"),
                *("-c", str(work / "grub.cfg"), "-o", str(work / "core.img"), *_GRUB_MODULES),
            ],
            timeout=_LIMIT,
        )
        boot, core = (_GRUB / "boot.img").read_bytes(), (work / "core.img").read_bytes()
    with disk.open("r+b") as image:
        # boot.img looks for the core in sector 1 by default; the table after byte 440 must stay.
        image.write(boot[:440])
        image.seek(_SECTOR)
        image.write(core)
