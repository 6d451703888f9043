"""What building a node image and cloning its disks needs from the host."""

from __future__ import annotations

#: Debian's and Ubuntu's package names, each with its reason.
REQUIRED_PACKAGES: tuple[tuple[str, str], ...] = (
    ("ca-certificates", "downloads over TLS"),
    ("debian-archive-keyring", "Debian's packages are trusted by its own keys, on Ubuntu as well"),
    ("e2fsprogs", "makes the file systems of the disks"),
    ("gcc", "compiles the pause program and flannel"),
    ("grub-common", "makes the boot loader of the node image"),
    ("grub-pc-bin", "is the boot loader of the node image"),
    ("libc6-dev", "links the pause program and flannel"),
    ("mmdebstrap", "makes the Debian trees"),
    ("mount", "mounts the disk while container images are unpacked onto it"),
    ("tar", "unpacks the Debian tree"),
    ("util-linux", "keeps what the build mounts in namespaces of its own"),
    ("xfsprogs", "makes the store in which disks are cloned in no time"),
)
