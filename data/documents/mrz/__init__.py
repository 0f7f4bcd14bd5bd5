"""Machine-readable zones: reading, judging and writing the formats of Doc 9303 and the French national card."""

from data.documents.mrz.parse import apply_repairs, parse_mrz
from data.documents.mrz.write import MrzFields, write_mrz

__all__ = ["MrzFields", "apply_repairs", "parse_mrz", "write_mrz"]
