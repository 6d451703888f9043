#!/bin/sh
# Vagrant makes data disks without a file system. Only the first boot of the first OS disk may put one there:
# later an empty data disk is a loss, and must stay to be seen.
set -eu
# Names of disks are made by udev, which at this moment is still at work on what it found.
udevadm settle --timeout=120
if grep -q '"slot": "a"' /etc/kubedrill/disk.json; then
    for name in etcd volumes; do
        device=/dev/disk/kubedrill/$name
        [ -b "$device" ] || continue
        [ -n "$(blkid -p -o value -s TYPE "$device")" ] || mkfs.ext4 -q -m 0 -L "$name" "$device"
    done
fi
rm -f /etc/kubedrill/fresh
sync
