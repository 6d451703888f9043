"""The pytest plugin: options, the markers `lab` and `controls`, and the fixtures of a scenario."""

from harness.pytest_plugin.hooks import (
    drill,
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_generate_tests,
    pytest_pycollect_makeitem,
    pytest_pyfunc_call,
)

__all__ = [
    "drill",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_pycollect_makeitem",
    "pytest_pyfunc_call",
]
