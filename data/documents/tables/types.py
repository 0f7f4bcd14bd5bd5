"""Document types of the stolen-document list.

A row is: type code, class (STD travel, SAD administrative document), group, English name. INTERPOL publishes only some
of its about 65 codes; these are those, and codes of our own for the other documents that states report. The order is
append-only, since a row's position is stored in packed facts: raise TYPES_VERSION with every change.
"""

from data.text import Message, in_context

TYPES_VERSION = 1

DOCUMENT_TYPES: tuple[tuple[str, str, str, Message], ...] = (
    # Passports and what is printed like one: MRZ codes P…
    ("PAS", "STD", "P", in_context("document type", "passport")),
    ("DIP", "STD", "P", in_context("document type", "diplomatic passport")),
    ("OFP", "STD", "P", in_context("document type", "official passport")),
    ("SEP", "STD", "P", in_context("document type", "service passport")),
    ("SPP", "STD", "P", in_context("document type", "special passport")),
    ("NAP", "STD", "P", in_context("document type", "national passport")),
    ("EMP", "STD", "P", in_context("document type", "emergency passport")),
    ("TMP", "STD", "P", in_context("document type", "temporary passport")),
    ("CHP", "STD", "P", in_context("document type", "child's passport")),
    ("FAP", "STD", "P", in_context("document type", "family passport")),
    ("COP", "STD", "P", in_context("document type", "collective passport")),
    ("CSP", "STD", "P", in_context("document type", "consular passport")),
    ("MIP", "STD", "P", in_context("document type", "military passport")),
    ("PIP", "STD", "P", in_context("document type", "pilgrim's passport")),
    ("RFP", "STD", "P", in_context("document type", "refugee's travel document")),
    ("STP", "STD", "P", in_context("document type", "stateless person's travel document")),
    ("ALP", "STD", "P", in_context("document type", "alien's passport")),
    ("LPA", "STD", "P", in_context("document type", "laissez-passer")),
    ("UNL", "STD", "P", in_context("document type", "United Nations laissez-passer")),
    ("EUL", "STD", "P", in_context("document type", "European Union laissez-passer")),
    ("IOP", "STD", "P", in_context("document type", "passport of an international organisation")),
    ("TRD", "STD", "P", in_context("document type", "travel document")),
    ("ETD", "STD", "P", in_context("document type", "emergency travel document")),
    ("CTD", "STD", "P", in_context("document type", "certificate in place of a passport")),
    ("RET", "STD", "P", in_context("document type", "return document")),
    # Cards: MRZ codes A…, C…, I…
    ("IDC", "STD", "I", in_context("document type", "identity card")),
    ("NID", "STD", "I", in_context("document type", "national identity card")),
    ("PCD", "STD", "I", in_context("document type", "passport card")),
    ("DIC", "STD", "I", in_context("document type", "diplomatic identity card")),
    ("CIC", "STD", "I", in_context("document type", "consular identity card")),
    ("SIC", "STD", "I", in_context("document type", "service identity card")),
    ("MIC", "STD", "I", in_context("document type", "military identity card")),
    ("PIC", "STD", "I", in_context("document type", "police identity card")),
    ("CRW", "STD", "I", in_context("document type", "crew member certificate")),
    ("SIB", "STD", "I", in_context("document type", "seaman's book")),
    ("SID", "STD", "I", in_context("document type", "seafarer's identity document")),
    ("RES", "STD", "I", in_context("document type", "residence permit")),
    ("PRC", "STD", "I", in_context("document type", "permanent residence card")),
    ("FMC", "STD", "I", in_context("document type", "residence card of a family member")),
    ("RFI", "STD", "I", in_context("document type", "refugee's identity card")),
    ("STI", "STD", "I", in_context("document type", "stateless person's identity card")),
    ("ASC", "STD", "I", in_context("document type", "asylum seeker's card")),
    ("ALI", "STD", "I", in_context("document type", "alien's identity card")),
    ("BCC", "STD", "I", in_context("document type", "border crossing card")),
    ("LBT", "STD", "I", in_context("document type", "local border traffic permit")),
    ("FTC", "STD", "I", in_context("document type", "frequent traveller's card")),
    ("WKP", "STD", "I", in_context("document type", "work permit")),
    ("VOT", "SAD", "I", in_context("document type", "voter's card")),
    # Visas: MRZ codes V…
    ("VSA", "STD", "V", in_context("document type", "visa")),
    ("VIT", "STD", "V", in_context("document type", "transit visa")),
    ("VID", "STD", "V", in_context("document type", "diplomatic visa")),
    ("VIS", "STD", "V", in_context("document type", "service visa")),
    ("VIL", "STD", "V", in_context("document type", "long-stay visa")),
    ("VIG", "STD", "V", in_context("document type", "group visa")),
    # Driving licences: MRZ code D… where they have one
    ("DRV", "SAD", "D", in_context("document type", "driving licence")),
    ("IDP", "SAD", "D", in_context("document type", "international driving permit")),
    # Papers without an MRZ
    ("VRD", "SAD", "R", in_context("document type", "vehicle registration document")),
    ("VIN", "SAD", "R", in_context("document type", "vehicle insurance certificate")),
    ("VCP", "SAD", "R", in_context("document type", "vehicle customs papers")),
    ("BIR", "SAD", "O", in_context("document type", "birth certificate")),
    ("MAR", "SAD", "O", in_context("document type", "marriage certificate")),
    ("DEA", "SAD", "O", in_context("document type", "death certificate")),
    ("NAT", "SAD", "O", in_context("document type", "naturalisation certificate")),
    ("CIT", "SAD", "O", in_context("document type", "citizenship certificate")),
    ("EXP", "SAD", "O", in_context("document type", "export licence")),
    ("OTH", "SAD", "O", in_context("document type", "other document")),
)

MRZ_GROUPS: dict[str, str] = {"A": "I", "C": "I", "F": "D"}
"""First letters of MRZ document codes that share a group with another letter: cards (Doc 9303-5 section 4.2.2), and
the Swiss driving licence (FA)."""
