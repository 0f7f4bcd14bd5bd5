"""Stolen vehicles, searched by plate and country of registration, vehicle identification number, or engine number.

Each row has at least one of the three. A plate whose country is not known is found for every country.
"""

from data.lists.small_lists.column_types import ChoiceColumn, CountryColumn, DateColumn, IntegerColumn, TextColumn
from data.lists.small_lists.list_schema import ListSchema, SearchKey
from data.lists.small_lists.small_list_kind import SmallListKind
from data.text import Message, _
from data.vehicles.vehicle_numbers import VinCheck, check_vin, is_vin, normalize_plate, normalize_vin


def _find_vin_fault(text: str) -> Message | None:
    vin = text.upper()
    if not is_vin(vin):
        return _("17 letters and digits without I, O and Q")
    if check_vin(vin) is VinCheck.WRONG:
        return _("one with the right check digit")
    return None


KIND = SmallListKind(
    ListSchema(
        name="vehicles",
        version=1,
        identity="reference",
        columns=(
            TextColumn(name="reference", most=64, required=True),
            TextColumn(name="plate", most=20, fold=normalize_plate),
            CountryColumn(name="country"),
            TextColumn(name="vin", most=17, find_fault=_find_vin_fault, fold=normalize_vin),
            TextColumn(name="engine", most=30, fold=normalize_plate),
            ChoiceColumn(
                name="type",
                choices=("car", "van", "lorry", "bus", "motorcycle", "tractor", "trailer", "caravan", "other"),
            ),
            TextColumn(name="make", most=40),
            TextColumn(name="model", most=40),
            TextColumn(name="colour", most=30),
            IntegerColumn(name="year", least=1886, most=2100),
            DateColumn(name="review"),
        ),
        keys=(SearchKey("plate", narrowed_by="country"), SearchKey("vin"), SearchKey("engine")),
        ends="review",
    )
)
