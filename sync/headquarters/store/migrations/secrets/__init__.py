"""Steps of `online.db` and `mailbox.db`, which `sync.headquarters.store.secret_table` describes."""
