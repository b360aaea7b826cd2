"""Fixtures shared by all tests."""

import pytest

from processor.domain.catalogue import Catalogue
from processor.settings import ROOT
from processor.storage.definition_files import load_catalogue

pytest_plugins = ["tests.application"]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "forms")
