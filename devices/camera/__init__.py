"""Pictures of documents: find the machine-readable zone, read it, say how sure one is."""
