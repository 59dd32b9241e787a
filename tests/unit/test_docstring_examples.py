"""The examples of the docstrings run and show what they say."""

import doctest
import importlib
import pkgutil

import pytest

import geo

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(geo.__path__, "geo.")
    if module.name != "geo.__main__"
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_the_module_hold(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = [
        example
        for name in MODULES
        for found in finder.find(importlib.import_module(name))
        for example in found.examples
    ]
    assert examples
