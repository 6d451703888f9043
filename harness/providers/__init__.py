"""What makes and unmakes machines, disks, networks and channels."""
