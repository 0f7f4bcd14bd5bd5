"""Words that details and entries of the outbox have in common: what zstandard's dictionaries begin with.

A version never changes, not by a letter: rows that were compressed with it can be read with nothing else. A new one
gets the next number and a step in `data.journal.schema`, so that an older Waypost refuses the file. Nobody's data is in
it: names of fields, codes, texts without their values.
"""

_FIRST = r"""
"chip_not_asked","kind_unknown","list_damaged","list_empty","list_expired","list_fresh","list_missing","list_old",
"no_document","no_list","nobody_named","required_not_carried",{"id":"A character was not read ({field}
): scan again","values":{"id":"A code was read with this document before the restart, and is not kept: scan it again
","values":{"id":"A document of this number","values":{"id":"A document of this number was seen here {when}",
"values":{"id":"A visa is not a travel document on its own: scan the passport as well",
"values":{"id":"Ask for other documents: the list knows {document}.",
"values":{"id":"Ask for other names that the traveller has used: the list says {name}.",
"values":{"id":"Ask for the father's name: the list says {name}.",
"values":{"id":"Ask for the mother's name: the list says {name}.",
"values":{"id":"Ask for the place of birth: the list says {place}.","values":{"id":"Boarding pass of {name} ({flight
s})","values":{"id":"Boarding pass of {name} ({flights}): there is no name to compare",
"values":{"id":"Chip against print: no chip was read","values":{"id":"Chip against print: no printed zone was read",
"values":{"id":"Chip against print: the chip gives its zone only to authorised terminals",
"values":{"id":"Chip and print differ: {fields}; compare with the printed page",
"values":{"id":"Chip: its zone was not read, so it was not compared with the print: {reason}",
"values":{"id":"Chip: not everything could be checked: {reasons}",
"values":{"id":"Chip: not fully read; the decision came first",
"values":{"id":"Chip: not read here; `--chip` reads it","values":{"id":"Chip: {fault}
: look at the document closely","values":{"id":"Chip: {problem}","values":{"id":"Chip: {problem}. {advice}",
"values":{"id":"Chip: {reason}","values":{"id":"Look for: {marks}.","values":{"id":"NOT in order: {reason}",
"values":{"id":"Neither a document nor a name was presented","values":{"id":"No boarding pass was read",
"values":{"id":"No date of expiry was read or typed","values":{"id":"No digital seal was read",
"values":{"id":"No document number was read: scan again","values":{"id":"No document presented is on {list}",
"values":{"id":"No document was presented","values":{"id":"No document was seen",
"values":{"id":"No document with a chip was presented","values":{"id":"No end of validity",
"values":{"id":"Not referred here recently","values":{"id":"Not seen here recently",
"values":{"id":"Nothing more in the record can decide it: ask headquarters for a picture or fingerprints.",
"values":{"id":"Nothing unusual about the document number","values":{"id":"Nothing was typed beside a machine-readab
le zone","values":{"id":"One letter is not enough to search the person lists: scan the document or type the name",
"values":{"id":"Page and seal differ ({difference})","values":{"id":"Page and seal differ ({difference}
): compare with the page","values":{"id":"Passports of this state do not have numbers like this: compare with the pa
ge","values":{"id":"Run `waypost courier run`","values":{"id":"Seen here {when}","values":{"id":"Seen here {when}, e
ntering as now; this kit has not seen the way back","values":{"id":"Seen here {when}, in transit as now",
"values":{"id":"Seen here {when}, leaving as now; this kit has not seen the way back",
"values":{"id":"Seen here {when}; nothing unusual about it","values":{"id":"Seen here {when}
; nothing was decided then","values":{"id":"Stolen documents",
"values":{"id":"The boarding pass is made out to {name} ({flights}): ask whose it is",
"values":{"id":"The certificate in the seal cannot be read","values":{"id":"The check digit that was typed does no
t fit the number: type both again","values":{"id":"The chip belongs to a different page; these differ: {fields}",
"values":{"id":"The chip is a copy: it does not have the key that it was issued with",
"values":{"id":"The chip is genuine and not a copy ({protocol})",
"values":{"id":"The chip is genuine; it offers no proof against copying ({protocol})",
"values":{"id":"The chip is not genuine: {fault}","values":{"id":"The chip matches the printed page",
"values":{"id":"The chip may be a copy: {fault}","values":{"id":"The date of birth is impossible: compare with the p
rinted page","values":{"id":"The date of birth is in the future: compare with the printed page",
"values":{"id":"The date of expiry is impossible: compare with the printed page",
"values":{"id":"The date of expiry was not read: look at the page",
"values":{"id":"The document code is unusual for this format: compare with the printed page",
"values":{"id":"The document expired on {date}","values":{"id":"The document number is a placeholder that no state i
ssues: look at the page","values":{"id":"The document number is blank: type it, or scan the document",
"values":{"id":"The document number is one used on specimens: look at the page",
"values":{"id":"The document number was misread, so its form was not looked at",
"values":{"id":"The issuing state is not one that issues documents: compare with the printed page",
"values":{"id":"The last character of the number may be its check digit: type the number without it",
"values":{"id":"The list {list} has expired: it was last updated {age}","values":{"id":"The list {list} is current (
updated {age})","values":{"id":"The list {list} is damaged, so it cannot be searched",
"values":{"id":"The list {list} needs newer software, so it cannot be searched: update this kit",
"values":{"id":"The list {list} was last updated {age}: old, but within policy","values":{"id":"The list {list} wa
s never received, so it cannot be searched","values":{"id":"The name index of {list} does not belong to the list",
"values":{"id":"The nationality is not a known code: compare with the printed page",
"values":{"id":"The number was typed once: type it again, or scan the document",
"values":{"id":"The number was typed twice, and not the same: type it again",
"values":{"id":"The reader is not sure what it read ({fields}): compare with the page",
"values":{"id":"The record has no full birth date: ask headquarters for one.","values":{"id":"The seal ({seal}
) is genuine and matches the printed page","values":{"id":"The seal ({seal}) is genuine and names this document",
"values":{"id":"The seal ({seal}) is genuine and names this passport","values":{"id":"The seal ({seal}
) is genuine, but its document was not read: scan that as well","values":{"id":"The seal ({seal}
) is not in order: {reason}","values":{"id":"The seal ({seal}) was not verified: {reason}",
"values":{"id":"The seal cannot be read ({problem}): examine the page by eye",
"values":{"id":"The seal names another passport than the one that was read",
"values":{"id":"The seal says that it was made on {date}, which is in the future",
"values":{"id":"The sex is not M, F or <: compare with the printed page",
"values":{"id":"The signature is the signer's own","values":{"id":"The signature is wrong: the seal was changed, o
r was not made by the issuer","values":{"id":"The signer's key cannot be used: {problem}",
"values":{"id":"The zone has no check digit for the number: compare the number with the page",
"values":{"id":"The zone has no document number: compare with the printed page",
"values":{"id":"The zone has no name: compare with the printed page",
"values":{"id":"The zone of this document has no date of birth: read it on the document and type it in",
"values":{"id":"The zone of this document has no date of expiry: read it on the document",
"values":{"id":"There is no document number to look at","values":{"id":"This document",
"values":{"id":"This is a specimen, not a travel document","values":{"id":"This kit has no certificate for the signe
r {signer}","values":{"id":"This kit has no list yet: run `waypost courier run`",
"values":{"id":"Typed and compared, without a check digit","values":{"id":"Typed, and its check digit is right",
"values":{"id":"Valid until {date}","values":{"id":"Valid until {date}, which is later than any state allows: look a
t the page","values":{"id":"Wanted persons","values":{"id":"What was read is not a machine-readable zone: scan again
","values":{"id":"What was read or typed is too short or too long for a document number",
"values":{"id":"What was typed is what the zone says","values":{"id":"Who was referred here before is not known: {lo
st}","values":{"id":"Who was seen here before is not known: {lost}","values":{"id":"a state that it does not name",
"values":{"id":"about one a day","values":{"id":"about one every {number} days","values":{"id":"about that year",
"values":{"id":"about {date}","values":{"id":"about {number} a day","values":{"id":"birth date not listed",
"values":{"id":"birth date not shown","values":{"id":"born {date}, the list says {listed}",
"values":{"id":"born {date}: {comparison}","values":{"id":"cut off, the rest is the same",
"values":{"id":"day and month swapped","values":{"id":"document","values":{"id":"document {number} is listed as thi
s person's","values":{"id":"in order: {reason}","values":{"id":"it does not fit this document",
"values":{"id":"known variant","values":{"id":"may be the same syllables, spelled by another system",
"values":{"id":"nationality differs","values":{"id":"nationality of a successor state",
"values":{"id":"no list of signing certificates","values":{"id":"none expected","values":{"id":"not done: {reason}",
"values":{"id":"one letter differs","values":{"id":"one vowel differs","values":{"id":"one year off",
"values":{"id":"only the year is the same","values":{"id":"open flight","values":{"id":"same consonants",
"values":{"id":"same consonants, other script","values":{"id":"same date","values":{"id":"same day and month, one ye
ar off","values":{"id":"same nationality","values":{"id":"same sex","values":{"id":"same sound",
"values":{"id":"same year","values":{"id":"same year and day","values":{"id":"same year and month",
"values":{"id":"same year and month, day unknown","values":{"id":"same year, both 1 January",
"values":{"id":"seat {seat}","values":{"id":"sex differs","values":{"id":"similar, other script",
"values":{"id":"some letters differ","values":{"id":"some parts are on one side only",
"values":{"id":"the list itself calls this alias weak","values":{"id":"the listed characters may be read in anothe
r way","values":{"id":"the listed name has no {part}","values":{"id":"the listed person is female",
"values":{"id":"the listed person is male","values":{"id":"the listed person's nationality is {nationality}",
"values":{"id":"the traveller's name has no {part}","values":{"id":"within the listed years",
"values":{"id":"written together","values":{"id":"{age} at lane {lane}","values":{"id":"{document} was presented {wh
en} without a decision: ask who held it","values":{"id":"{document} was refused here {when}: look at the case",
"values":{"id":"{field}: not printed, sealed {sealed}","values":{"id":"{field}: printed {printed}, not sealed",
"values":{"id":"{field}: printed {printed}, sealed {sealed}","values":{"id":"{finding}, but has one character less",
"values":{"id":"{finding}, but has one character more","values":{"id":"{finding}, but is similar",
"values":{"id":"{finding}, but was typed or misread: scan it","values":{"id":"{finding}
; by this kit's clock the record is past its review date","values":{"id":"{finding}
; it was opened by a weaker protocol than it offers","values":{"id":"{finding}
; only the list that brought its state's certificate vouches for that","values":{"id":"{finding}
; the country was not read: look at the page","values":{"id":"{finding}; {deviations}","values":{"id":"{first} or {s
econd}","values":{"id":"{first} to {last}","values":{"id":"{format}: every check digit is right",
"values":{"id":"{kind}: not carried","values":{"id":"{kind}: not carried, but required here",
"values":{"id":"{list} has this number only for another country or type","values":{"id":"{names} ({note})",
"values":{"id":"{number} is in a range of blanks on {list}","values":{"id":"{number} is on {list}",
"values":{"id":"{number} is on {list} as {fraud}","values":{"id":"{origin} to {destination}",
"values":{"id":"{paper} of {issuer}","values":{"id":"{problem}: read it again","values":{"id":"{problem}
: read it by eye","values":{"id":"{read} is not {number}, which is on {list}","values":{"id":"{read} is not {number}
, which is on {list} as {fraud}","values":{"id":"{referred}, no outcome yet","values":{"id":"{referred}
; settled {settled} by {person}: admitted","values":{"id":"{referred}; settled {settled} by {person}: refused",
"values":{"id":"{referred}; settled {settled} by {person}: stays with the second line","values":{"id":"{referred}
; settled {settled} by {person}: withdrew","values":{"id":"{refer}, without a decision","values":{"id":"{type} {numb
er}","values":{"id":"{type} {number} of {country}","values":{"reason":"","second":""}
{"at":"2026-01-01T00:00:00.000000Z","decision":"admit","event":"","screening":"","second_person":false}
{"decision":"refer"{"decision":"refuse"{"at":"","event":"","kind":"","outcome":"ok"}
{"at":"2026-01-01T00:00:00.000000Z","direction":"entry","event":"00000000-0000-4000-8000-000000000000","lane":"",
"steps":[["referrals","pass","not_referred",0.1],["seen_again","pass","not_seen",0.1],["mrz","pass","digits_right",
0.1],["typed","not_applicable","nothing_typed",0.1],["number","pass","number_usual",0.1],["validity","pass","valid",
0.1],["seal","not_applicable","no_seal",0.1],["boarding_pass","not_applicable","no_boarding_pass",0.1],["documents",
"not_applicable","not_carried",0.1],["persons:un","pass","not_listed",0.1],["age:un","pass","list_fresh",0.1]],
"verdict":"clear"}"verdict":"check"}"verdict":"refer"}"verdict":"cannot_say"}{"id":"The list {list} is current (upda
ted {age})","values":{"age":{"id":"{count} hour ago","plural":"{count} hours ago","values":{"count":1}},"list":"un"}
}{"age":{"id":"{count} minute ago","plural":"{count} minutes ago","values":{"count":1}},"list":"un"}
{"candidates":[{"action":"inform","against":[{"id":"the listed name has no {part}","values":{"part":"X"}},
{"id":"the traveller's name has no {part}","values":{"part":"X"}}],
"ask":{"id":"Ask for the place of birth: the list says {place}.","values":{"place":"X"}},"band":"weak",
"colour":"none","documents":[{"country":"","number":"","type":""}],"fields":[{"agreement":"close","field":"name",
"listed":"","note":{"parts":[{"id":"{names} ({note})","values":{"names":"X = X","note":{"id":"one letter differs"}}}
,{"id":"{names} ({note})","values":{"names":"X = X","note":{"id":"known variant"}}},{"id":"{names} ({note})",
"values":{"names":"X = X","note":{"id":"same sound"}}}],"separator":", "},"traveller":"","weight":0.0},
{"agreement":"close","field":"birth","listed":{"parts":[{"id":"about {date}","values":{"date":"19"}}],
"separator":", "},"note":{"id":"same year"},"traveller":"19","weight":0.0},{"agreement":"same","field":"name",
"listed":"","note":{"id":""},"traveller":"","weight":0.0},{"agreement":"same","field":"birth","listed":"",
"note":{"id":""},"traveller":"","weight":0.0},{"agreement":"differs","field":"birth","listed":"","note":{"id":""},
"traveller":"","weight":0.0},{"agreement":"same","field":"sex","listed":{"id":"male"},"note":{"id":""},
"traveller":{"id":"male"},"weight":0.0},{"agreement":"missing","field":"sex","listed":{"id":""},"note":{"id":""},
"traveller":{"id":""},"weight":0.0},{"agreement":"differs","field":"nationality","listed":"","note":{"id":""},
"traveller":"","weight":0.0},{"agreement":"missing","field":"nationality","listed":{"parts":[],"separator":", "},
"note":{"id":""},"traveller":{"context":"country","id":","weight":0.0},{"agreement":"same","field":"nationality",
"listed":{"parts":[{"context":"country","id":"X"}],"separator":", "},"note":{"id":""},
"traveller":{"context":"country","id":","weight":0.0}],"linked":[{"kind":"","name":"","record":""}],"list":"un",
"name":"X","owner":"UN Security Council","primary_name":"X","quality":"primary","reason":"X","record":"X",
"review_passed":false,"says":{"parts":["X = X",{"id":"{names} ({note})","values":{"names":"X = X",
"note":{"id":"same sound"}}},{"id":"born {date}: {comparison}","values":{"comparison":{"id":"same date"},
"date":"19"}},{"id":"born {date}: {comparison}","values":{"comparison":{"id":"about that year"},
"date":{"id":"about {date}","values":{"date":"19"}}}},{"id":"same nationality"}],"separator":" · "},"score":0.0,
"withheld":""},{"action":"refuse","against":[],"ask":{"id":"Ask for other names that the traveller has used: the lis
t says {name}.","values":{"name":"X"}},"band":"strong","colour":"un_special","documents":[],"fields":[],"linked":[],
"list":"un","quality":"alias","band":"possible"}],"facts":{},"matches":[{"certain":true,"country":"",
"fraud":"stolen","grade":"exact","list":"","number":"","review":"","review_passed":false,"theft_country":"",
"theft_date":"","type":""}]},"mandatory":true,"reason":"person_strong","says":{"id":"Matches a person on {list}
: {person}","values":{"list":"un","person":"X"}},"state":"hit"},"reason":"person_possible",
"says":{"id":"Similar to a person on {list}: {person}","values":{"list":"un","person":"X"}},"state":"notice"},
"state":"not_done"},"reason":"person_weak",{"findings":[{"check":"referrals","elapsed_ms":0.01,
"evidence":{"candidates":[],"facts":{},"matches":[]},"mandatory":true,"reason":"not_referred",
"says":{"id":"Not referred here recently"},"state":"pass"},{"check":"seen_again","elapsed_ms":0.01,
"evidence":{"candidates":[],"facts":{},"matches":[]},"mandatory":false,"reason":"not_seen",
"says":{"id":"Not seen here recently"},"state":"pass"},{"check":"mrz","elapsed_ms":0.01,"evidence":{"candidates":[],
"facts":{},"matches":[]},"mandatory":true,"reason":"digits_right","says":{"id":"{format}
: every check digit is right","values":{"format":"TD3"}},"state":"pass"},{"check":"typed","elapsed_ms":0.01,
"evidence":{"candidates":[],"facts":{},"matches":[]},"mandatory":true,"reason":"nothing_typed",
"says":{"id":"Nothing was typed beside a machine-readable zone"},"state":"not_applicable"},{"check":"number",
"elapsed_ms":0.01,"evidence":{"candidates":[],"facts":{},"matches":[]},"mandatory":false,"reason":"number_usual",
"says":{"id":"Nothing unusual about the document number"},"state":"pass"},{"check":"validity","elapsed_ms":0.01,
"evidence":{"candidates":[],"facts":{},"matches":[]},"mandatory":true,"reason":"valid",
"says":{"id":"Valid until {date}","values":{"date":"2030-01-01"}},"state":"pass"},{"check":"seal","elapsed_ms":0.01,
"evidence":{"candidates":[],"facts":{},"matches":[]},"mandatory":false,"reason":"no_seal",
"says":{"id":"No digital seal was read"},"state":"not_applicable"},{"check":"boarding_pass","elapsed_ms":0.01,
"evidence":{"candidates":[],"facts":{},"matches":[]},"mandatory":false,"reason":"no_boarding_pass",
"says":{"id":"No boarding pass was read"},"state":"not_applicable"},{"check":"documents","elapsed_ms":0.01,
"evidence":{"candidates":[],"facts":{},"matches":[]},"mandatory":false,"reason":"not_carried","says":{"id":"{kind}
: not carried","values":{"kind":{"id":"Stolen documents"}}},"state":"not_applicable"},{"check":"persons:un",
"elapsed_ms":0.01,"evidence":{"candidates":[],"facts":{"as_of":"2026-01-01T00:00:00.000000+00:00","list":"un",
"version":"1"},"matches":[]},"mandatory":true,"reason":"not_listed","says":{"id":"No match on {list}",
"values":{"list":"un"}},"state":"pass"},{"check":"age:un","elapsed_ms":0.01,"evidence":{"candidates":[],
"facts":{"as_of":"2026-01-01T00:00:00.000000+00:00","list":"un","version":"1"},"matches":[]},"mandatory":true,
"reason":"list_fresh","says":{"id":"The list {list} is current (updated {age})","values":{"age":{"id":"just now"},
"list":"un"}},"state":"pass"}],"screening":{"at":"2026-01-01T00:00:00.000000Z","codes":[],"conveyance":"",
"direction":"entry","documents":[{"birth":"1900-01-01","candidates":[],"capture":"machine","code":"P",
"confirmation":"","digits":[{"expected":"0","field":"number","found":"0","ok":true},{"expected":"0","field":"birth",
"found":"0","ok":true},{"expected":"0","field":"expiry","found":"0","ok":true},{"expected":"0","field":"optional",
"found":"0","ok":true},{"expected":"0","field":"composite","found":"0","ok":true}],"doubtful":[],
"expiry":"2030-01-01","format":"TD3","issuer":"","name":{"given":"","surname":"","truncated":false},
"nationality":"","number":"","optional":"","problems":[],"provenance":null,
"raw":"P<UTO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n<<<<<<<<<0UTO0000000M0000000<<<<<<<<<<<<<<00","repairs":[],
"sex":"M"}],"id":"00000000-0000-4000-8000-000000000000","lane":"","officer":"","party":"",
"traveller":{"birth":"1900-01-01","given":"","nationality":"","sex":"M","surname":"","truncated":false}}}
"""

DICTIONARIES = {1: _FIRST.replace("\n", "").encode()}
"""Content of a dictionary by its version."""
