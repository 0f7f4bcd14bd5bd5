"""Steps of `hq.db`, which `sync.headquarters.store.tables` describes."""
