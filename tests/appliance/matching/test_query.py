"""What a document printed becomes a question in canonical form."""

from appliance.matching.query import PersonQuery
from data.documents.code_tables import canonical_country
from data.screenings import Traveller


def test_a_query_canonicalises_what_the_document_printed() -> None:
    query = PersonQuery.of(Traveller("MUSTER", "ERIKA", nationality="D"), numbers=("C01X", "C01X"))
    assert (query.nationality, query.numbers) == (canonical_country("D"), ("C01X",))
    assert PersonQuery.of(Traveller("MUSTER", nationality="???")).nationality == ""
