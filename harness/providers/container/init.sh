#!/bin/sh
# First process of a container machine: gives it control groups, a boot id and kernel settings of its own,
# then becomes systemd.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

own_cgroups() {
    # The host's v1 mounts show its whole tree; kubelet would look for its groups where they are not.
    umount -R /sys/fs/cgroup
    mount -t tmpfs -o mode=755,nosuid,nodev,noexec cgroup /sys/fs/cgroup
    while IFS=: read -r _ controllers _; do
        case "$controllers" in
            '') mkdir /sys/fs/cgroup/unified; mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified ;;
            name=*) mkdir "/sys/fs/cgroup/${controllers#name=}"
                mount -t cgroup -o "none,$controllers" cgroup "/sys/fs/cgroup/${controllers#name=}" ;;
            *) mkdir "/sys/fs/cgroup/$controllers"
                mount -t cgroup -o "$controllers" cgroup "/sys/fs/cgroup/$controllers"
                for one in $(echo "$controllers" | tr , ' '); do
                    [ -e "/sys/fs/cgroup/$one" ] || ln -s "$controllers" "/sys/fs/cgroup/$one"
                done ;;
        esac
    done </proc/self/cgroup
    # Groups of the pods from before a power cut keep cAdvisor busy for 10 s each.
    find /sys/fs/cgroup -mindepth 2 -depth -type d -path '*/kubepods*' -exec rmdir {} + 2>/dev/null || true
}

[ -e /sys/fs/cgroup/cgroup.controllers ] || own_cgroups

mount --make-rshared /
# With a writable /sys systemd would wait for udev to announce each disk; there is none in a container.
mount -o remount,bind,ro /sys
cat /proc/sys/kernel/random/uuid >/run/boot-id
mount --bind /run/boot-id /proc/sys/kernel/random/boot_id

# These settings are the host's. What concerns the network is the machine's own.
for tree in kernel vm fs; do
    mount --bind "/proc/sys/$tree" "/proc/sys/$tree"
    mount -o remount,bind,ro "/proc/sys/$tree"
done
mount --bind /run/boot-id /proc/sys/kernel/random/boot_id
# kubelet writes what differs from its wishes, and ends if it cannot: the machine sees files of its own here.
mkdir /run/kernel-settings
while read -r setting value; do
    [ -e "/proc/sys/$setting" ] || continue
    own="/run/kernel-settings/${setting##*/}"
    echo "$value" >"$own"
    mount --bind "$own" "/proc/sys/$setting"
done <<SETTINGS
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
SETTINGS
echo 1 >/proc/sys/net/ipv4/ip_forward

mkdir -p /dev/disk/kubedrill
for disk in $KUBEDRILL_DISKS; do
    IFS=: read -r name major minor <<DISK
$disk
DISK
    mknod -m 600 "/dev/disk/kubedrill/$name" b "$major" "$minor"
done

# No machine may set the host's clock.
unset KUBEDRILL_DISKS
exec setpriv --bounding-set -sys_time /lib/systemd/systemd --log-target=console --show-status=true
