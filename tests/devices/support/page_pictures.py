"""Pictures of pages that a reader takes."""

from itertools import islice

from tests.benchmarks.zone_pictures import FITTING, ZonePicture, pictures


def pictures_of(count: int) -> list[ZonePicture]:
    return list(islice(pictures(count, FITTING), count))
