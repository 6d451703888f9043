"""Virtual machines by libvirt: their own kernel, boot loader and clock."""
