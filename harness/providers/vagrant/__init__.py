"""Virtual machines that Vagrant makes of a box, through its plugin vagrant-libvirt."""
