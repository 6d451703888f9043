"""The kubeadm cluster, its network, and the workloads on it whose survival is watched."""
