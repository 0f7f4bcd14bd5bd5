"""All mutants."""

from tests.mutants.at_rest import AT_REST
from tests.mutants.in_transit import IN_TRANSIT
from tests.mutants.mutant import Mutant
from tests.mutants.people import PEOPLE
from tests.mutants.processes import PROCESSES
from tests.mutants.programs import PROGRAMS
from tests.mutants.witnesses import WITNESSES

MUTANTS: tuple[Mutant, ...] = (*AT_REST, *IN_TRANSIT, *PEOPLE, *PROCESSES, *PROGRAMS, *WITNESSES)
