"""Every example in a docstring runs."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import diplocal

MODULES = sorted(module.name for module in pkgutil.walk_packages(diplocal.__path__, "diplocal."))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    failed, _ = doctest.testmod(import_module(name), optionflags=doctest.ELLIPSIS)
    assert not failed
