"""Controls that are removed one after the other: `make mutants` shows that a test fails without each of them.

A mutant is a patch of one control: a text that stands exactly once in a file, and what stands there instead. It names
the threat in docs/threats.md that the control is against, and the tests that fail without it. To add one, add it to a
table here and run `python -m tests.mutants table`, which writes the last table of that page.

- A row of the page without a mutant, a patch that does not apply, a test that does not exist and a page that was not
  written again fail `tests/mutants/test_mutants.py`, which every run of the tests does.
- `python -m tests.mutants run [NAME …]` applies each in a copy of the tree and runs its tests, two at a time. A mutant
  that survives, whose tests cannot run or take longer than a minute, or tests that fail without any patch, fail it.
"""
