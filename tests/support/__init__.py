"""What tests of more than one part stand on. Nothing here is a test, and nothing here is shipped.

A folder of tests holds `test_*.py`, `conftest.py` and folders that are marked as no tests:

- `support`: here for more than one part; `tests/<part>/support` for one part's own.
- `benches`: devices for the contract suite; whoever writes a driver adds one (docs/devices.md).
- `benchmarks`, `fuzz`: programs of their own; `kits` and `__snapshots__`: data.

Where to begin: `deployment` is a headquarters with kits and a mirror between them, and the only such environment.
`command_line` runs `waypost` as a person does. `waiting` waits for events: no test sleeps for a while and hopes, or
asserts how long something took. `network` has lines and servers that misbehave.
"""
