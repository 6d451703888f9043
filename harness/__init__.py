"""Kubedrill: rehearses the loss of a Kubernetes control plane and judges whether the restore works."""
