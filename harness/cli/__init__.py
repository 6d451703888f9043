"""The command line: `kubedrill`."""

from harness.cli.app import main

__all__ = ["main"]
