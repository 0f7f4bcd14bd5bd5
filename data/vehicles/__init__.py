"""How vehicles are known: plates, vehicle identification numbers, engine numbers."""
