"""Machine-readable zones: reading, judging and writing the formats of Doc 9303 and the French national card."""

from data.documents.mrz.meant import as_meant
from data.documents.mrz.parse import parse_mrz
from data.documents.mrz.write import MrzFields, write_mrz

__all__ = ["MrzFields", "as_meant", "parse_mrz", "write_mrz"]
