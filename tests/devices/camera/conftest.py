"""Fixtures for the cameras' tests."""

from collections.abc import Iterator

import pytest

from devices.camera.zone_reader import ZoneReader


@pytest.fixture(scope="module")
def reader() -> Iterator[ZoneReader]:
    zone_reader = ZoneReader()
    yield zone_reader
    zone_reader.close()
