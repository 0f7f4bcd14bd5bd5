"""Steps of `reports.db`, which `sync.headquarters.store.report_tables` describes."""
