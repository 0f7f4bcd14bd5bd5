"""What the kit itself saw and did: screenings, decisions, the hash-chained audit, the outbox.

Every event is one transaction: its row, its audit link, its outbox entry. Personal data sits in rows
that can be purged without breaking the chain, which holds only event ids and salted commitments.
"""
